"""`zhaocha backup`, `restore`, `restore-test`, `carry`: a hall's record as one signed file.

Who signed a file is a question for whoever takes events from it. A machine trusts its own key and
those that somebody told it; a backup may be restored on a new machine that knows nobody yet, and
says whose it is.
"""

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from db.carry import Brought, bring, bring_damaged
from db.event import wall_ms
from db.evidence import evidence
from db.hallfile import BadHallFile, Contents, HallFile, look_through, write_hall_file
from db.lists import build
from db.seal import new_signing_key, signing_public
from db.store import Store
from db.verify import Noted, check, verify
from kiosk.evidence import place_of
from kiosk.settings import Settings

KEY_FILE, TRUSTED_FILE = "carry.key", "trusted.keys"
CARRY = "carry takes: out FILE [STORE] | in FILE [STORE] | key | trust KEY [NAME]"
#: Opens a store at an address.
Opener = Callable[[str], Store]


# --- keys -------------------------------------------------------------------------------------


def signing_key(settings: Settings) -> str:
    """This machine's key, made when it is first asked for; a hall may share one by its file."""
    file = settings.data / KEY_FILE
    with suppress(FileExistsError):
        settings.data.mkdir(parents=True, exist_ok=True)
        held = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(held, "w") as out:
            out.write(new_signing_key() + "\n")
    key = file.read_text("ascii").strip()
    try:
        signing_public(key)
    except Exception as trouble:
        raise ValueError(f"{file} is no key: put it aside, then another one is made") from trouble
    return key


def trusted(settings: Settings) -> dict[str, str]:
    """Public key → whose it is, as somebody told this machine; its own as well."""
    known = {signing_public(signing_key(settings)): "this machine"}
    with suppress(FileNotFoundError):
        for line in (settings.data / TRUSTED_FILE).read_text("utf-8").splitlines():
            key, _, name = line.partition("#")[0].strip().partition(" ")
            if key:
                known.setdefault(key, name or key)
    return known


def _trust(settings: Settings, key: str, name: str) -> None:
    with (settings.data / TRUSTED_FILE).open("a", encoding="utf-8") as out:
        out.write(f"{key} {name}\n")


# --- backup and restore -----------------------------------------------------------------------


def run_backup(settings: Settings, hall: str, words: list[str]) -> int:
    """Write a store (the shared one) as a file into a folder; 1 where the store is not sound."""
    if not 1 <= len(words) <= 2:
        raise ValueError("backup takes FOLDER [STORE]")
    folder = Path(words[0])
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"zhaocha-{hall}-{datetime.now():%Y%m%d-%H%M%S}.hall"
    contents = _write(settings, hall, file, words[1] if words[1:] else "shared")
    report = check(HallFile(file), hall)
    print(f"backed up: {_told(contents)}\n{file}")
    for trouble in report.troubles[:5]:
        print(f"the store itself is not sound: {trouble}")
    return 1 if report.troubles else 0


def _write(settings: Settings, hall: str, file: Path, store: str) -> Contents:
    key = signing_key(settings)
    with evidence(place_of(settings, store)) as found:
        return write_hall_file(found, hall, file, key, settings.text("device"), wall_ms())


def run_restore(
    settings: Settings, hall: str, words: list[str], damaged: bool, open_store: Opener
) -> int:
    """Make a store anew from a file; one that is there already is never written over."""
    if not 1 <= len(words) <= 2:
        raise ValueError("restore takes FILE [STORE]")
    file, place = Path(words[0]), place_of(settings, words[1] if words[1:] else "shared")
    contents = None if damaged else _whole(file)
    if contents is not None and contents.hall != hall:
        raise ValueError(f"{file.name} is of hall {contents.hall}, the catalogue of {hall}")
    if place.startswith("postgresql"):
        return _fill(settings, place, file, contents, open_store)
    target = Path(place)
    if target.exists():
        raise FileExistsError(f"there is a store at {target}: move it away first")
    fresh = target.with_name(f"{target.name}.restoring")
    for ending in ("", "-wal", "-shm"):
        fresh.with_name(fresh.name + ending).unlink(missing_ok=True)
    code = _fill(settings, str(fresh), file, contents, open_store)
    if code and not damaged:
        print(f"left beside its place, as {fresh}")
        return code
    fresh.rename(target)
    print(f"in place: {target}")
    return code


def run_restore_test(settings: Settings, words: list[str], open_file: Callable[..., Store]) -> int:
    """Restore into a temporary place, verify, build the read tables anew, compare; then forget."""
    if len(words) != 1:
        raise ValueError("restore-test takes FILE")
    file = Path(words[0])
    contents = _whole(file)
    with tempfile.TemporaryDirectory(prefix="zhaocha-restore-") as folder:

        def open_store(place: str) -> Store:
            return open_file(place, hall=contents.hall, device="R1")

        code = _fill(settings, str(Path(folder) / "test.sqlite"), file, contents, open_store)
    print("a restore would work" if code == 0 else "a restore would not be what was backed up")
    return code


def _whole(file: Path) -> Contents:
    """What a file holds. Raises BadHallFile, which says what of a damaged one can still be had."""
    try:
        return look_through(file)
    except BadHallFile as trouble:
        good = sum(1 for _ in HallFile(file, damaged=True).events(""))
        if good == 0:
            raise
        raise BadHallFile(
            f"{trouble}. {good} events of it are still good: restore --damaged takes what follows "
            "without a gap"
        ) from trouble


def _fill(
    settings: Settings,
    place: str,
    file: Path,
    contents: Contents | None,
    open_store: Opener,
) -> int:
    """Bring the file into an empty store and compare the two; 0 where they are the same."""
    store = open_store(place)
    try:
        if store.heads():
            raise FileExistsError(
                "there are events in that store already: restore into an empty one"
            )
        brought = bring_damaged(store, file) if contents is None else bring(store, file, contents)
        said = [] if contents is None else [Noted(file.name, contents.heads)]
        report = verify(store, noted=said)
        cases = _rebuilt(store)
        counts = store.counts()
    finally:
        store.close()
    print(f"restored: {report.events} events of {report.origins} devices, {cases} cases")
    for trouble in report.troubles[:5]:
        print(trouble)
    if contents is None:
        return _say_what_is_lost(brought)
    print(f"written: {_told(contents)}, by {_whose(settings, contents)}")
    # A gap whose events were set aside was there before.
    sound = set(report.troubles) == set(report.aside)
    same = sound and (counts, report.heads) == (contents.counts, contents.heads)
    same = same and (brought.sealed, brought.asides) == (contents.sealed, contents.asides)
    print("counts and heads: the same" if same else "counts and heads: NOT the same")
    return 0 if same else 1


def _rebuilt(store: Store) -> int:
    """Build the read tables of a file anew: how many cases they have; Postgres has none."""
    if store.file is None:
        return store.counts().get("registered", 0)
    return build(store)


def _say_what_is_lost(brought: Brought) -> int:
    if brought.behind:
        print(
            f"{brought.behind} good events lie behind a loss and were left in the file: let every "
            "machine sync, then: zhaocha carry in --damaged FILE shared"
        )
    return 1


# --- by stick ---------------------------------------------------------------------------------


def run_carry(
    settings: Settings, hall: str, words: list[str], damaged: bool, open_store: Opener
) -> int:
    """A hall's record out of one machine and into another, by a file; nothing is taken twice."""
    match words:
        case ["key"]:
            print(signing_public(signing_key(settings)))
        case ["trust", key, *name]:
            settings.data.mkdir(parents=True, exist_ok=True)
            _trust(settings, key, " ".join(name))
            print(f"trusted from now on: {key}")
        case ["out", name, *store] if len(store) <= 1:
            contents = _write(settings, hall, Path(name), store[0] if store else "local")
            print(f"carried out: {_told(contents)}")
        case ["in", name, *store] if len(store) <= 1:
            return _carry_in(
                settings, Path(name), store[0] if store else "local", damaged, open_store
            )
        case _:
            raise ValueError(CARRY)
    return 0


def _carry_in(settings: Settings, file: Path, place: str, damaged: bool, open_store: Opener) -> int:
    contents = None if damaged else look_through(file)
    if contents is not None and contents.key not in trusted(settings):
        raise BadHallFile(
            f"{file.name} was signed with a key that this machine does not know, {contents.key}. "
            "If `zhaocha carry key` shows it on the machine it comes from: "
            "zhaocha carry trust KEY NAME"
        )
    store = open_store(place_of(settings, place))
    try:
        brought = bring_damaged(store, file) if contents is None else bring(store, file, contents)
    finally:
        store.close()
    if contents is not None:
        print(f"in the file: {_told(contents)}, by {_whose(settings, contents)}")
    print(f"carried in: {brought.new} new events")
    return _say_what_is_lost(brought) if brought.behind else 0


def _whose(settings: Settings, contents: Contents) -> str:
    known = trusted(settings).get(contents.key)
    return known or f"a machine this one does not know (key {contents.key})"


def _told(contents: Contents) -> str:
    at = datetime.fromtimestamp(contents.at_ms / 1000)
    aside = f"{contents.asides} set aside, " if contents.asides else ""
    return (
        f"{contents.events} events of {len(contents.heads)} devices, {contents.sealed} sealed "
        f"contents, {aside}hall {contents.hall}, {contents.device}, {at:%Y-%m-%d %H:%M}"
    )
