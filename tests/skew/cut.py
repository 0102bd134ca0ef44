"""Power cuts while a store is migrated: every point, every way that a disk can be left."""

from tests.crash.disk import campaign, recorded
from tests.skew import programs

#: The kept store, and the version that opens it.
STEPS = (("0001", "now"), ("0002", "next"), ("0001", "after"))


def cuts(folder, old, version, states, seed, bug="none", every=40):
    """What became of the cases of a kept store and of one more; `db.store` opens some of them."""
    log = recorded(folder, "tests.skew.migrate", old, version, bug)
    programs.be(version)
    try:
        return campaign(log, folder / "disk", states, seed, every)
    finally:
        programs.now_again()
