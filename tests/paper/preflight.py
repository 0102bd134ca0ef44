"""Whether every sample paper is a valid PDF/A-1b: `python -m tests.paper.preflight`.

Asks PDFBox Preflight, which Debian has in libpdfbox2-java, libactivation-java and libjaxb-api-java;
it needs a Java runtime. Nothing else here does, so no test calls it.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from kiosk import RESOURCES
from kiosk.catalogue import load
from kiosk.paper.samples import PAPERS, draw
from kiosk.words import languages

JARS = ("preflight", "pdfbox2", "xmpbox", "fontbox2", "commons-logging", "javax.activation")
VALIDATOR = "org.apache.pdfbox.preflight.Validator_A1b"


def main():
    places = [Path(f"/usr/share/java/{jar}.jar") for jar in (*JARS, "jaxb-api")]
    lacking = [str(place) for place in places if not place.exists()]
    if lacking or not shutil.which("java"):
        print(f"not here: {', '.join(lacking) or 'java'}", file=sys.stderr)
        return 2
    catalogue = load(RESOURCES / "catalogue" / "sample")
    with tempfile.TemporaryDirectory() as name:
        files = []
        for paper in PAPERS:
            for language in languages():
                files.append(Path(name) / f"{paper}.{language}.pdf")
                files[-1].write_bytes(draw(paper, catalogue, language))
        bad = [file.name for file in files if not valid(file, places)]
    print(f"{len(files) - len(bad)} of {len(files)} papers are valid PDF/A-1b")
    return bool(bad)


def valid(file, places):
    command = ["java", "-cp", ":".join(map(str, places)), VALIDATOR, str(file)]
    done = subprocess.run(command, capture_output=True, text=True)
    told = [line for line in done.stdout.splitlines() if line.strip()]
    if told and told[0].endswith("is a valid PDF/A-1b file"):
        return True
    print("\n".join(told[:8]) or done.stderr.strip())
    return False


if __name__ == "__main__":
    sys.exit(main())
