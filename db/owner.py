"""Whose file a SQLite store is: one serving process, and never a disk on the network.

SQLite's journal lives in memory that only processes of one machine share: over a network filesystem
two machines would each see their own and the file would be destroyed.
"""

import os
import sys
from datetime import datetime
from pathlib import Path, PureWindowsPath

from db.engine import StoreTrouble

#: Filesystems that are another machine's, as /proc/mounts names them.
REMOTE = {
    *("nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "ncpfs", "afs", "coda"),
    *("ceph", "lustre", "glusterfs", "gfs", "gfs2", "ocfs2", "beegfs", "davfs", "davfs2"),
    *("fuse.sshfs", "fuse.rclone", "fuse.glusterfs", "fuse.ceph", "fuse.davfs2", "fuse.smbnetfs"),
    *("fuse.cifs", "fuse.nfs", "fuse.gvfsd-fuse", "fuse.s3fs", "fuse.curlftpfs", "fuse.juicefs"),
}
_DRIVE_REMOTE = 4


class NetworkStore(StoreTrouble):
    """A store's file lies on another machine's disk."""


class Owned(StoreTrouble):
    """Another process serves this file already."""


def require_local(file: Path, mounts: str | None = None) -> None:
    """Raise NetworkStore for a file on a network filesystem; `mounts` is what /proc/mounts says."""
    kind = _windows_share(str(file)) if sys.platform == "win32" else _filesystem(file, mounts)
    if kind in REMOTE:
        raise NetworkStore(
            f"{file.name} lies on a network filesystem ({kind}), where SQLite loses records; keep "
            "it on a disk of this machine and let others come through the door (docs/door.md)"
        )


def _filesystem(file: Path, mounts: str | None) -> str:
    """The filesystem that holds `file`: of the longest mount point above it, the last one."""
    if mounts is None:
        try:
            mounts = Path("/proc/self/mounts").read_text("utf-8", "surrogateescape")
        except OSError:
            return ""
    place = Path(os.path.realpath(file))
    longest, kind = -1, ""
    for line in mounts.splitlines():
        _, point, found, *_ = (*line.split(" "), "", "", "")
        point = _unescaped(point)
        if len(point) >= longest and place.is_relative_to(point or "/nowhere"):
            longest, kind = len(point), found
    return kind


def _unescaped(point: str) -> str:
    """A mount point as it is: /proc/mounts writes blanks as \\040."""
    for sign in " \t\n\\":
        point = point.replace(f"\\{ord(sign):03o}", sign)
    return point


def _windows_share(file: str) -> str:
    """`smb` for a UNC path or a drive of another machine's."""
    drive = PureWindowsPath(file).drive
    if drive.startswith("\\\\") and not drive.startswith("\\\\?\\"):
        return "smb"
    if drive.upper().startswith("\\\\?\\UNC"):
        return "smb"
    import ctypes

    windll = getattr(ctypes, "windll", None)
    letter = drive.removeprefix("\\\\?\\") + "\\"
    remote = windll is not None and windll.kernel32.GetDriveTypeW(letter) == _DRIVE_REMOTE
    return "smb" if remote else ""


class Owner:
    """The right to serve one file, held until it is let go or the process ends."""

    def __init__(self, file: Path) -> None:
        """Raises Owned with who has it."""
        self._lock = file.with_name(f"{file.name}.owner")
        file.parent.mkdir(parents=True, exist_ok=True)
        self._held = os.open(self._lock, os.O_RDWR | os.O_CREAT, 0o600)
        if not _locked(self._held):
            told = os.pread(self._held, 200, 1) if hasattr(os, "pread") else b""
            os.close(self._held)
            raise Owned(
                f"{file.name} is served already, by {told.decode('utf-8', 'replace') or 'another'};"
                " one process owns a hall's file: stop that one first"
            )
        os.ftruncate(self._held, 0)
        # The first byte is what Windows locks: nobody else could read it.
        words = f" process {os.getpid()} since {datetime.now():%Y-%m-%d %H:%M}"
        os.write(self._held, words.encode())

    def let_go(self) -> None:
        os.close(self._held)


def _locked(held: int) -> bool:
    """Whether the lock is ours now; the system takes it back when the process ends, however."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(held, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
