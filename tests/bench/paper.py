"""What paper costs: from the kept case to the first dot, picture, bytes, a thousand receipts.

`python -m tests.bench.paper` prints the table. The printer is a process of its own at the other end
of a socket, which takes everything and confirms it.
"""

import ctypes
import gc
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import redirect_stderr, redirect_stdout, suppress
from datetime import datetime
from io import StringIO
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
RECEIPTS = 1000
WIDE, DPI = 576, 203


def sink():
    """A printer that is never slow: says its port, then answers until it is ended. At each first
    band of a page it prints the time."""
    server = socket.create_server(("127.0.0.1", 0))
    print(server.getsockname()[1], flush=True)
    while True:
        client, _ = server.accept()
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with client, suppress(OSError):
            _serve(client)


def _serve(client):
    buffer, first = b"", True
    while data := client.recv(65536):
        buffer += data
        while (length := _command(buffer)) and length <= len(buffer):
            command, buffer = buffer[:length], buffer[length:]
            if command[:2] == b"\x10\x04":
                client.sendall(b"\x12")
            elif command[:2] == b"\x1dr":
                client.sendall(b"\x00")
            elif command[:2] == b"\x1dv" and first:
                print(time.monotonic(), flush=True)
                first = False


def _command(buffer):
    """How long the command is that the buffer begins with; 0 while one cannot know."""
    if buffer[:2] == b"\x1dv":
        if len(buffer) < 8:
            return 0
        across, rows = (int.from_bytes(buffer[at : at + 2], "little") for at in (4, 6))
        return 8 + across * rows
    lengths = {b"\x1b@": 2, b"\x1da": 3, b"\x1dr": 3, b"\x1dV": 4, b"\x10\x04": 3, b"\x10\x14": 10}
    return lengths.get(buffer[:2], 0)


class Sink:
    """The sink's process."""

    def __init__(self):
        command = [sys.executable, "-m", "tests.bench.paper", "sink"]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        self.port = int(self._process.stdout.readline())

    def first_dot(self):
        return float(self._process.stdout.readline())

    def close(self):
        self._process.terminate()
        self._process.wait()
        self._process.stdout.close()


def spent(work, times):
    """Milliseconds of each go, the quickest of three: what else runs here is not its doing."""
    took = []
    for _ in range(times):
        tries = []
        for _ in range(3):
            start = time.perf_counter()
            work()
            tries.append((time.perf_counter() - start) * 1000)
        took.append(min(tries))
    return took


def middle_and_worst(took):
    return statistics.median(took), statistics.quantiles(took, n=100)[98]


def resident():
    """This process's memory in MB, without what is free already; 0 where nobody tells."""
    gc.collect()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
    file = Path("/proc/self/smaps_rollup")
    found = re.search(r"^Rss:\s+(\d+)", file.read_text() if file.exists() else "", re.M)
    return int(found[1]) / 1024 if found else 0.0


def measured(receipts=RECEIPTS):
    """Name, p50, p99 and unit of each thing, and its limit in words."""
    from kiosk.app import hall_catalogue, make_intake
    from kiosk.paper.printers import escpos
    from kiosk.paper.raster import dots
    from kiosk.paper.receipt import draw, receipt_of
    from kiosk.settings import load
    from tests.people import ANGRY

    printer = Sink()
    with tempfile.TemporaryDirectory() as folder:
        setting = f"escpos+tcp://127.0.0.1:{printer.port}"
        settings = load(Path(folder), {"printer": setting})
        catalogue = hall_catalogue(settings)
        intake = make_intake(settings, catalogue)
        taken = intake.take(ANGRY)
        page = draw(receipt_of(taken.case, taken.code, taken.address, catalogue, "zh",
                               now=datetime.now(), kiosk="K1", version="1"))  # fmt: skip
        for _ in range(5):
            assert intake.print_receipt(taken).printed
            printer.first_dot()
        first = []
        for _ in range(100):
            tries = []
            for _ in range(3):
                start = time.monotonic()
                assert intake.print_receipt(taken).printed
                tries.append((printer.first_dot() - start) * 1000)
            first.append(min(tries))
        yield "kept case to first dot at the printer", *middle_and_worst(first), "ms", "≤ 60 ms"

        raster = spent(lambda: dots(page, DPI, WIDE), 200)
        yield "receipt PDF to dots of the head", *middle_and_worst(raster), "ms", "≤ 15 ms"

        picture = dots(page, DPI, WIDE)
        ours = spent(lambda: b"".join(escpos.bands(picture)), 200)
        yield "dots to bytes for the printer", *middle_and_worst(ours), "ms", ""
        with suppress(ImportError):
            theirs = spent(lambda: _python_escpos(picture), 30)
            yield "the same by python-escpos", *middle_and_worst(theirs), "ms", ""

        after = []
        for number in range(receipts):
            result = intake.print_receipt(taken)
            assert result.printed, result
            printer.first_dot()
            if number in (receipts // 10, receipts - 1):
                after.append(resident())
        grown = after[1] - after[0]
        yield f"memory grown by {receipts * 9 // 10} receipts", grown, grown, "MB", "≤ 3 MB"
        intake.close()
    printer.close()


def _python_escpos(picture):
    from escpos.printer import Dummy
    from PIL import Image

    printer = Dummy()
    with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        printer.image(Image.fromarray(~picture), impl="bitImageRaster", center=False)
    return printer.output


def main():
    print(f"{'':44} {'p50':>8} {'p99':>8}")
    for name, middle, worst, unit, limit in measured():
        print(f"{name:44} {middle:8.2f} {worst:8.2f} {unit}  {limit}")


if __name__ == "__main__":
    sink() if sys.argv[1:] == ["sink"] else main()
