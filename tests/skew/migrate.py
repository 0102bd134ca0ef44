"""The program that is recorded while it migrates.

`python -m tests.skew.migrate FOLDER OLD VERSION BUG`

It lays the kept store OLD down as an older program left it, thanks for all its cases, opens it as
VERSION, and takes one more.
"""

import gzip
import json
import os
import shutil
import sys
from pathlib import Path

from db.store import Store
from tests.people import HALL, tell
from tests.skew import programs

KEPT = Path(__file__).parents[1] / "data" / "stores"


def laid(old, file):
    """Lay a kept store down, durably; what is known of it."""
    content = gzip.decompress((KEPT / f"{old}.sqlite.gz").read_bytes())
    with open(file, "wb", buffering=0) as out:
        for at in range(0, len(content), 4096):
            out.write(content[at : at + 4096])
        os.fsync(out.fileno())
    folder = os.open(file.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
    return json.loads((KEPT / f"{old}.json").read_text("utf-8"))


def main(folder, old, version, bug):
    programs.be(version)
    if bug == "each statement for itself":
        import db.upgrade as upgrade

        migrate = upgrade.migrate

        def bit_by_bit(connection, target):
            # As Python's driver does by default: what changes tables ends the transaction.
            raw = connection.connection.driver_connection
            raw.execute("COMMIT")
            try:
                migrate(connection, target)
            finally:
                raw.execute("BEGIN IMMEDIATE")

        upgrade.migrate = bit_by_bit
    file = Path(folder) / "local.sqlite"
    told = laid(old, file)
    said = os.open(f"{folder}/ACK", os.O_WRONLY | os.O_CREAT)
    for case_id, *_ in told["cases"]:
        os.write(said, f"{case_id}\n".encode())
    store = Store.open(file, hall=HALL, device="K1")
    case, _ = tell(store)
    os.write(said, f"{case.case_id}\n".encode())
    store.close()
    for one in programs._folders:
        shutil.rmtree(one)


if __name__ == "__main__":
    main(*sys.argv[1:])
