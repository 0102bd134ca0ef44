"""Real printers of the office kind, started and stopped by the tests, on loopback.

`ippeveprinter` is a whole IPP Everywhere printer, `cupsd` a whole print system with queues.
"""

import os
import shutil
import signal
import socket
import subprocess
import time

from kiosk.paper.printers import ipp

IPPEVEPRINTER = shutil.which("ippeveprinter") or shutil.which(
    "ippeveprinter", path="/usr/sbin:/usr/local/sbin"
)
CUPSD = shutil.which("cupsd", path="/usr/sbin:/usr/local/sbin")
DBUS = shutil.which("dbus-daemon")

BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path={path}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow user="*"/><allow own="*"/><allow send_destination="*"/>
<allow receive_sender="*"/></policy>
</busconfig>
"""

#: What the printer does with a page, by the file `how`: prints it; is out of paper, slow, jammed.
COMMAND = """#!/bin/sh
case "$(cat {folder}/how)" in
empty) echo "STATE: +media-empty" >&2; sleep 1; [ "$(cat {folder}/how)" = empty ] && exit 1;;
jam) echo "STATE: +media-jam" >&2; sleep 1; exit 1;;
slow) sleep 3;;
esac
echo "STATE: -media-empty,media-jam" >&2
cp "$1" "{folder}/paper/$(ls {folder}/paper | wc -l)-$(basename $CONTENT_TYPE)"
echo "ATTR: job-impressions=1 job-impressions-completed=1" >&2
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(true, what, seconds=10):
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, what
        time.sleep(0.02)


def listens(port):
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Office:
    """An IPP Everywhere printer with a tray of its own; `how` says what it does with a page."""

    def __init__(self, folder, formats="application/pdf,image/pwg-raster,image/jpeg"):
        self.folder = folder
        for part in ("paper", "spool"):
            (folder / part).mkdir(parents=True)
        self.how("prints")
        command = folder / "print"
        command.write_text(COMMAND.format(folder=folder))
        command.chmod(0o755)
        (folder / "bus.conf").write_text(BUS.format(path=folder / "bus"))
        # Without a bus it does not start, though it announces nothing.
        bus = [DBUS, f"--config-file={folder / 'bus.conf'}", "--nofork", "--nopidfile"]
        self._bus = subprocess.Popen(bus, stderr=subprocess.DEVNULL)
        self._printer = None
        try:
            self._start(formats, command)
        except BaseException:
            self.close()
            raise

    def _start(self, formats, command):
        folder = self.folder
        wait_until((folder / "bus").exists, "the bus")
        self.port = free_port()
        where = {**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={folder / 'bus'}"}
        self._printer = subprocess.Popen(
            [
                *(IPPEVEPRINTER, "-r", "off", "-n", "localhost", "-p", str(self.port)),
                *("-d", folder / "spool", "-c", command, "-f", formats, "Receipts"),
            ],
            env=where,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until(lambda: listens(self.port), "the printer")

    @property
    def setting(self):
        return f"ipp://localhost:{self.port}/ipp/print"

    @property
    def paper(self):
        """What came out, in order."""
        return sorted((self.folder / "paper").iterdir())

    def how(self, how):
        (self.folder / "how").write_text(how)

    def close(self):
        for process in filter(None, (self._printer, self._bus)):
            process.terminate()
            process.wait(10)


FILES = """
ServerRoot {root}
RequestRoot {root}/spool
TempDir {root}/spool/tmp
CacheDir {root}/cache
StateDir {root}/state
ServerBin /usr/lib/cups
DataDir /usr/share/cups
DocumentRoot /usr/share/cups
AccessLog {root}/access
ErrorLog {root}/error
PageLog {root}/page
SystemGroup root
User nobody
Group nogroup
FileDevice Yes
Sandboxing Relaxed
"""
# The policy is the one CUPS comes with.
CONF = """
LogLevel debug
DirtyCleanInterval 0
Listen localhost:{port}
Browsing No
WebInterface No
DefaultAuthType Basic
<Location />
  Order allow,deny
</Location>
<Policy default>
  JobPrivateAccess default
  JobPrivateValues default
  SubscriptionPrivateAccess default
  SubscriptionPrivateValues default
  <Limit Create-Job Print-Job Print-URI Validate-Job>
    Order deny,allow
  </Limit>
  <Limit Send-Document Send-URI Hold-Job Release-Job Restart-Job Purge-Jobs Set-Job-Attributes>
    Require user @OWNER @SYSTEM
    Order deny,allow
  </Limit>
  <Limit Cancel-Job CUPS-Authenticate-Job>
    Require user @OWNER @SYSTEM
    Order deny,allow
  </Limit>
  <Limit All>
    Order deny,allow
  </Limit>
</Policy>
"""


class Cups:
    """A print system of its own, with queues."""

    def __init__(self, folder):
        self.root = folder
        for part in ("spool/tmp", "cache", "state"):
            (folder / part).mkdir(parents=True)
        self.port = free_port()
        (folder / "files.conf").write_text(FILES.format(root=folder))
        (folder / "cupsd.conf").write_text(CONF.format(port=self.port))
        self.start()

    def start(self):
        self._process = subprocess.Popen(
            [CUPSD, "-f", "-c", self.root / "cupsd.conf", "-s", self.root / "files.conf"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until(lambda: listens(self.port), "CUPS")

    def queue(self, name, device):
        """A queue that hands pages on as they are."""
        asked = ipp.question(
            0x4003,
            [ipp.text(ipp.URI, "printer-uri", f"ipp://localhost:{self.port}/printers/{name}")],
        )
        asked = asked[:-1] + bytes([ipp.PRINTER])
        for attribute in (
            ipp.text(ipp.URI, "device-uri", device),
            ipp.text(ipp.NAME, "ppd-name", "raw"),
            ipp.boolean("printer-is-accepting-jobs", True),
            ipp.Attribute(0x23, "printer-state", (3,)),
        ):
            asked += attribute.bytes()
        ipp.Door("localhost", self.port, "/admin/").ask(asked + bytes([ipp.END]))
        return f"cups:{name}?port={self.port}"

    @property
    def spooled(self):
        """Files of pages in the spool, whatever their job's state."""
        return [file for file in (self.root / "spool").iterdir() if file.name.startswith("d")]

    def kill(self):
        """As the system would when memory is short."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(10)

    def close(self):
        self._process.terminate()
        self._process.wait(10)
