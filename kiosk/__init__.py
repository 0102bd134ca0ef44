"""The hall: the kiosk, the desk, the tracking page, the paper."""

from pathlib import Path

__version__ = "0.1.0"

#: Fonts, icons, translations and the sample catalogue; beside the packages, also when frozen.
RESOURCES = Path(__file__).resolve().parent.parent / "resources"
