"""Where a store's file may lie, and who serves it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from db import owner as owner_room
from db.owner import NetworkStore, Owned, Owner, require_local
from db.store import Store
from tests.people import HALL

MOUNTS = """\
/dev/vda1 / ext4 rw 0 0
proc /proc proc rw 0 0
server:/hall /srv/hall nfs4 rw 0 0
/dev/vdb1 /srv/hall/disk ext4 rw 0 0
//server/share /mnt/the\\040share cifs rw 0 0
me@server: /mnt/ssh fuse.sshfs rw 0 0
/dev/fuse /mnt/usb fuseblk rw 0 0
tmpfs /mnt/over tmpfs rw 0 0
server:/x /mnt/over nfs rw 0 0
"""


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        ("/srv/hall/shared.sqlite", "nfs4"),
        ("/srv/hall/deep/down/shared.sqlite", "nfs4"),
        ("/mnt/the share/shared.sqlite", "cifs"),
        ("/mnt/ssh/shared.sqlite", "fuse.sshfs"),
        ("/mnt/over/shared.sqlite", "nfs"),
        ("/srv/hall/disk/shared.sqlite", ""),
        ("/srv/hallway/shared.sqlite", ""),
        ("/mnt/usb/shared.sqlite", ""),
        ("/home/hall/shared.sqlite", ""),
    ],
)
def test_a_file_on_a_network_filesystem_is_refused_with_the_reason(file, kind):
    if not kind:
        require_local(Path(file), MOUNTS)
        return
    with pytest.raises(NetworkStore, match=rf"network filesystem \({kind}\).*door"):
        require_local(Path(file), MOUNTS)


def test_a_store_is_not_even_made_there(tmp_path, monkeypatch):
    mounts = f"server:/x {tmp_path / 'share'} nfs rw 0 0\n"
    real = owner_room._filesystem
    monkeypatch.setattr(owner_room, "_filesystem", lambda file, _: real(file, mounts))
    (tmp_path / "share").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "share")
    for place in (tmp_path / "share", tmp_path / "link"):
        with pytest.raises(NetworkStore):
            Store.open(place / "shared.sqlite", hall=HALL, device="S1")
    assert list((tmp_path / "share").iterdir()) == []


@pytest.mark.parametrize(
    ("file", "remote"),
    [
        (r"\\server\share\shared.sqlite", True),
        (r"\\?\UNC\server\share\shared.sqlite", True),
        (r"C:\hall\shared.sqlite", False),
        (r"\\?\C:\hall\shared.sqlite", False),
    ],
)
def test_a_windows_share_is_known_by_its_path(file, remote):
    assert owner_room._windows_share(file) == ("smb" if remote else "")


def test_one_process_serves_a_file_and_a_second_one_hears_who(tmp_path):
    file = tmp_path / "shared.sqlite"
    owner = Owner(file)
    with pytest.raises(Owned, match=f"process {os.getpid()} since .*stop that one first"):
        Owner(file)
    Owner(tmp_path / "other.sqlite").let_go()
    owner.let_go()
    Owner(file).let_go()


def test_a_process_that_was_killed_owns_nothing_any_more(tmp_path):
    file = tmp_path / "shared.sqlite"
    code = (
        "import sys; from pathlib import Path; from db.owner import Owner;"
        "owner = Owner(Path(sys.argv[1])); print('mine', flush=True); sys.stdin.read()"
    )
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", code, str(file)], **pipes) as other:
        assert other.stdout.readline() == "mine\n"
        with pytest.raises(Owned, match=f"process {other.pid}"):
            Owner(file)
        other.kill()
    Owner(file).let_go()
