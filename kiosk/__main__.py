"""The commands: `zhaocha` = `python -m kiosk`."""

import argparse
import gc
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from kiosk import __version__
from kiosk.settings import SETTINGS, BadSetting, Settings, load

#: While a program starts there is no garbage worth looking for: 8 ms of a kiosk's start.
gc.set_threshold(100_000)

COMMANDS = {
    "kiosk": "the citizen's window (the default)",
    "hall": "kiosk, desk, sync and tracking page together on one machine",
    "desk": "the staff's window",
    "serve": "the tracking page behind the QR code, and the hall's door",
    "keep": "one of kiosk, desk, serve, sync, started again whenever it ends: keep kiosk",
    "door": "who may come through it: grant, revoke, list, certificate, asides, token",
    "sync": "exchange events with the shared store; --once for a single pass",
    "demo": "a whole day in a minute, without a screen; --out DIR",
    "paper": "a paper with sample values, such as record-slip: NAME [LANGUAGE] --out FILE",
    "printers": "the printer of the settings with its state, and what others can be found",
    "print": "print a test page: print --test",
    "verify": "check a store's evidence: local, shared, FILE or URL; --against STORE, --noted FILE",
    "heads": "the newest hash of every device, to be kept elsewhere; --out FILE",
    "backup": "a store as one signed file: FOLDER [STORE], the shared one unless told otherwise",
    "restore": "make a store anew from a backup: FILE [STORE]; --damaged for what can still be had",
    "restore-test": "whether a backup would do: restored elsewhere, verified, compared: FILE",
    "carry": "a hall without a network: out FILE, in FILE, key, trust KEY NAME",
    "retain": "what has been kept for long enough: [STORE]; --do erases it",
    "erase": "what identifies the person of a case, on lawful request: NUMBER REASON; --do",
    "prune": "on a kiosk: leave what is sealed to the shared store, which holds it; --do",
    "status": "how the machines are, in words; 0 well, 1 look, 2 act; status forget DEVICE",
    "init": "make the data folder with the sample hall's staff and keys",
    "settings": "every setting with its value and its meaning",
    "voice": "what is read aloud: list, render, check the recorded sentences",
    "catalogue": "a hall's own facts: check DIR, export DIR OUT, import IN DIR",
    "staff": "accounts and keys: found, list, add, dismiss, password, unlock, grant, key",
    "store": "the shared store on Postgres: init, check, logins, grant, revoke",
    "days": "the hall's own days: check FILE, import FILE, export FILE",
}


def parser() -> argparse.ArgumentParser:
    listed = "\n".join(f"  {name:12} {meaning}" for name, meaning in COMMANDS.items())
    made = argparse.ArgumentParser(
        prog="zhaocha",
        description="Zhaocha 找茬窗口: come and find fault with us.",
        epilog=f"commands:\n{listed}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("--version", action="version", version=f"zhaocha {__version__}")
    made.add_argument("command", nargs="?", default="kiosk", choices=COMMANDS, metavar="COMMAND")
    made.add_argument(
        "words",
        nargs="*",
        metavar="...",
        help="verify: the store to check; others: see above",
    )
    made.add_argument("--data", type=Path, help="the folder with stores, keys and settings")
    made.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", dest="flags")
    made.add_argument(
        "--test",
        action="store_true",
        help="kiosk, hall: for training, the same as --set test=true; print: a test page",
    )
    made.add_argument("--once", action="store_true", help="sync: one pass, then stop")
    made.add_argument("--out", type=Path, help="demo, paper, heads: where it goes")
    made.add_argument(
        "--against",
        action="append",
        default=[],
        metavar="STORE",
        help="verify: another store that knows some of the same history",
    )
    made.add_argument("--do", action="store_true", help="retain, erase, prune: do it, not say it")
    made.add_argument(
        "--clock-is-right",
        action="store_true",
        help="retain, status: although the newest record is long ago",
    )
    made.add_argument(
        "--damaged",
        action="store_true",
        help="restore, carry in: take what can still be had of a damaged file",
    )
    made.add_argument(
        "--noted",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="verify: heads noted elsewhere, and seals of receipts",
    )
    made.add_argument("--kept", action="store_true", help=argparse.SUPPRESS)
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; trouble is one plain line on stderr and a code that is not 0."""
    told = parser().parse_intermixed_args(arguments)
    flags = dict(flag.partition("=")[::2] for flag in told.flags)
    if told.test:
        flags["test"] = "true"
    try:
        if told.kept:
            from kiosk.keep import bind

            bind()
        return _run(told, load(told.data, flags))
    except (BadSetting, ValueError) as trouble:
        return _trouble(trouble, 2)
    except Exception as trouble:
        if isinstance(trouble, OSError) or type(trouble).__name__ in KNOWN:
            return _trouble(trouble, 1)
        raise


#: The world's troubles by name, so that no room has to be loaded to know them.
KNOWN = {
    *("BadHallFile", "StoreTrouble", "StoreFull", "StoreDamaged", "RecordDamaged", "StoreRefused"),
    "Forked",
    *("NewerStore", "CatalogueError", "Refused", "DoorShut", "WrongDoor", "NetworkStore", "Owned"),
}


def _trouble(trouble: Exception, code: int) -> int:
    print(f"zhaocha: {' '.join(str(trouble).split())}", file=sys.stderr)
    return code


def _run(told: argparse.Namespace, settings: Settings) -> int:
    if told.command == "catalogue":
        from kiosk import catalogue_tables

        return catalogue_tables.run(told.words)
    if told.command == "paper":
        return _paper(settings, told.out, *told.words)
    if told.command == "days":
        from kiosk import hall_days

        return hall_days.run(told.words, settings.days)
    if told.command == "store":
        from kiosk import store_commands

        return store_commands.run(told.words)
    if told.command == "voice":
        from kiosk import app, prompts

        return prompts.run(told.words, settings.voice_clips, app.hall_catalogue(settings))
    if told.command == "staff":
        from kiosk import app

        return app.run_staff(settings, told.words)
    if told.command == "door":
        from kiosk import app

        return app.run_door(settings, told.words)
    if told.command in ("backup", "restore", "restore-test", "carry"):
        from kiosk import app

        return app.run_copies(settings, told.command, told.words, told.damaged)
    if told.command in ("retain", "erase", "prune"):
        from kiosk import app

        return app.run_keeping(settings, told.command, told.words, told.do, told.clock_is_right)
    if told.command == "status":
        from kiosk import app

        return app.run_status(settings, told.words, told.clock_is_right)
    if told.command == "keep":
        from kiosk import app

        return app.run_keep(settings, told.words)
    if len(told.words) > (told.command in ("verify", "heads")):
        raise ValueError(f"{told.command} takes nothing more, not {' '.join(told.words)!r}")
    if told.command == "settings":
        for setting in SETTINGS:
            print(f"{setting.name} = {settings.values[setting.name]!r}\n    {setting.meaning}")
        return 0
    if told.command == "demo":
        from kiosk.demo import demo

        return demo(told.out or Path("demo-out"))
    if told.command in ("printers", "print"):
        return _printing(told.command, settings, told.test)
    if told.command in ("kiosk", "hall", "desk"):
        from kiosk.paper.printers import printer_for

        # A mistake in the setting is told now, not when somebody waits for a receipt.
        printer_for(settings.printer)
    from kiosk import app

    if told.command == "init":
        made = app.init(settings)
        print(f"{'made' if made else 'already there'}: {settings.data}")
        return 0
    if told.command == "sync":
        return app.run_sync(settings, told.once)
    if told.command in ("verify", "heads"):
        from kiosk import evidence

        hall, word = app.hall_catalogue(settings).hall.code, "".join(told.words)
        if told.command == "heads":
            return evidence.run_heads(settings, hall, word, told.out)
        return evidence.run_verify(settings, hall, word, told.against, told.noted)
    run: dict[str, Callable[[Settings], int]] = {
        "kiosk": partial(app.run_kiosk, kept=told.kept),
        "hall": app.run_hall,
        "desk": partial(app.run_desk, kept=told.kept),
        "serve": app.run_serve,
    }
    return run[told.command](settings)


def _paper(settings: Settings, out: Path | None, *words: str) -> int:
    """Draw a paper with the hall's own names. Raises ValueError."""
    from kiosk import app, catalogue
    from kiosk.paper.samples import PAPERS, draw
    from kiosk.words import languages

    name, language = (*words, "zh")[:2] if words else ("", "zh")
    if name not in PAPERS or language not in languages() or len(words) > 2:
        names, spoken = ", ".join(PAPERS), ", ".join(languages())
        raise ValueError(f"paper takes a NAME ({names}) and perhaps a LANGUAGE ({spoken})")
    folder = settings.text("catalogue")
    hall = catalogue.load(Path(folder) if folder else app.SAMPLE)
    out = out or Path(f"{name}.pdf")
    out.write_bytes(draw(name, hall, language))
    print(f"drawn: {out}")
    return 0


def _printing(command: str, settings: Settings, test: bool) -> int:
    from kiosk import printing

    if command == "printers":
        return printing.run_printers(settings)
    if not test:
        raise ValueError("print prints a test page: zhaocha print --test")
    return printing.run_test_print(settings)


if __name__ == "__main__":
    sys.exit(main())
