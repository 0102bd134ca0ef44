"""Takes the model and its licence out of the rapidocr wheel (Apache-2.0), unchanged.

Only needed when the model is to change: run this file, then the tests of handwriting.
"""

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

HERE = Path(__file__).parent
WHEEL = "rapidocr==3.10.0"
FILES = ("PP-OCRv6_rec_small.onnx", "LICENSE", "MODEL_LICENSES.md")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "-d", folder, WHEEL]
        subprocess.run(command, check=True)
        with zipfile.ZipFile(next(Path(folder).glob("*.whl"))) as wheel:
            for name in wheel.namelist():
                if name.rpartition("/")[2] in FILES:
                    (HERE / name.rpartition("/")[2]).write_bytes(wheel.read(name))


main()
