"""Makes every part and hands it over: the only file that knows everyone."""

import gc
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk import RESOURCES, __version__
from kiosk.catalogue import Catalogue, load_or_keep
from kiosk.settings import BEHIND_A_DOOR, DOORS, Settings

if TYPE_CHECKING:
    import threading

    from db.beat import Restarts
    from db.hall import Hall
    from db.store import Store
    from db.sync import Shared
    from kiosk.deadlines import Deadlines
    from kiosk.handwriting import Handwriting
    from kiosk.health import Row
    from kiosk.intake import Intake
    from kiosk.keep import Keeper
    from kiosk.pinyin import Pinyin
    from kiosk.speech import Speech, Voice
    from kiosk.ui.background import Runner
    from kiosk.ui.desk import Desk
    from kiosk.ui.language import Language
    from kiosk.ui.switch import Switching
    from kiosk.web.door import DoorServer
    from kiosk.workdays import Workdays

SAMPLE = RESOURCES / "catalogue" / "sample"


def hall_catalogue(settings: Settings) -> Catalogue:
    """The hall's catalogue; with an error in it the last good one, and the error on stderr."""
    folder = settings.text("catalogue")
    wanted = Path(folder) if folder else SAMPLE
    catalogue, trouble = load_or_keep(wanted, settings.data / "catalogue.last-good")
    if trouble is not None:
        print(f"zhaocha: {trouble}; the last good catalogue stays in use", file=sys.stderr)
    return catalogue


def init(settings: Settings) -> bool:
    """Found the sample hall in the shared store: staff, keys, roster. False for a founded one.

    Raises StoreTrouble.
    """
    from kiosk import staff

    settings.data.mkdir(parents=True, exist_ok=True)
    shared = open_own(settings, f"{settings.text('device')}F", hall_catalogue(settings).hall.code)
    try:
        if shared.people().founded:
            return False
        staff.found_sample(shared)
        return True
    finally:
        shared.close()


def _founded(settings: Settings, store: "Store") -> "Store":
    """A store that knows its hall's people and keys, as soon as the shared one can be reached.

    A shared file is founded on the way, so that a hall can be tried without another step.
    """
    from db.engine import StoreTrouble
    from db.sync import sync

    if store.people().founded:
        return store
    try:
        if not settings.shared.startswith(("postgresql", *DOORS)):
            init(settings)
        shared = open_shared(settings, f"{store.device}F", store.hall)
        try:
            sync(store, shared)
        finally:
            shared.close()
    except StoreTrouble as trouble:
        print(f"zhaocha: the hall's people and keys are not here yet: {trouble}", file=sys.stderr)
    return store


def open_local(settings: Settings, device: str, hall: str) -> "Store":
    """This machine's own store; a damaged one is put aside and said so on stderr."""
    from db.rescue import open_or_rescue

    store, kept = open_or_rescue(settings.local, hall=hall, device=device)
    if kept is not None:
        print(f"zhaocha: the store was damaged and is kept as {kept.name}", file=sys.stderr)
    return store


def open_shared(
    settings: Settings, device: str, hall: str, people: "Callable[[], Hall] | None" = None
) -> "Shared":
    """The shared store, or the door to it. Raises StoreTrouble while it cannot be reached.

    Behind a door, `people` is what a case that was found there is folded with.
    """
    if not settings.shared.startswith(DOORS):
        return open_own(settings, device, hall)
    from db.door import Door

    return Door(
        settings.shared,
        hall=hall,
        token=read_token(settings),
        slices=settings.data / "door.slices",
        fingerprint=settings.text("door_fingerprint"),
        people=people,
    )


def open_own(settings: Settings, device: str, hall: str) -> "Store":
    """The shared store where this machine can open it itself. Raises StoreTrouble, ValueError."""
    from db.store import Store

    if settings.shared.startswith(DOORS):
        raise ValueError(BEHIND_A_DOOR)
    _warn(settings.shared)
    return Store.open(settings.shared, hall=hall, device=device)


def read_token(settings: Settings) -> str:
    """This machine's token for the hall's door; empty while it has none."""
    try:
        return (settings.data / settings.text("door_token")).read_text("utf-8").strip()
    except OSError:
        return ""


@cache
def _warn(address: str) -> None:
    """Once a process, on stderr, that the way to the shared store can be listened to."""
    from db.engine import weak_transport

    weak = weak_transport(address)
    if weak:
        print(f"zhaocha: {weak} (docs/postgres.md)", file=sys.stderr)


def hall_deadlines(settings: Settings) -> "Deadlines":
    """The hall's calendar and limits; a line of its days that is wrong is left out and said."""
    from kiosk.deadlines import Deadlines, Limits
    from kiosk.hall_days import read_file
    from kiosk.workdays import Hours, Workdays

    hours = Hours.read(settings.text("morning_hours"), settings.text("afternoon_hours"))
    own, faults = read_file(settings.days) if settings.days.exists() else ({}, [])
    for fault in faults:
        print(
            f"zhaocha: {settings.days.name}, line {fault.line}: {fault.say('en')}", file=sys.stderr
        )
    return Deadlines(Workdays(own, hours), Limits.read(settings.number))


def make_intake(settings: Settings, catalogue: Catalogue) -> "Intake":
    """Everything behind the kiosk's screen. Raises StoreTrouble."""
    from kiosk.intake import Intake
    from kiosk.printing import make_spooler

    hall, device = catalogue.hall.code, settings.text("device")
    local = _founded(settings, open_local(settings, device, hall))
    intake = Intake(
        local,
        make_spooler(settings, device),
        catalogue,
        hall_deadlines(settings),
        address=settings.tracking_address,
        open_shared=lambda: open_shared(settings, f"{device}Q", hall, local.people),
        now=local.now,
        test=settings.flag("test"),
        beat=timedelta(minutes=settings.number("beat_minutes")),
    )
    intake.prepare()
    return intake


def child(settings: Settings, *command: str) -> list[str]:
    """The command line of another process of ours with the same data and settings."""
    start = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "kiosk"]
    flags = [part for name, value in settings.values.items() for part in _flag(name, value)]
    return [*start, *command, "--data", str(settings.data), *flags]


def _flag(name: str, value: str | int | bool) -> list[str]:
    from kiosk.settings import SETTINGS

    default = next(s.default for s in SETTINGS if s.name == name)
    return [] if value == default else ["--set", f"{name}={value}"]


@cache
def pinyin() -> "Pinyin":
    """The pinyin tables, once somebody types."""
    from kiosk.pinyin import Pinyin

    return Pinyin.load()


@cache
def handwriting() -> "Handwriting":
    """What reads handwriting, once somebody writes."""
    from kiosk.handwriting import Handwriting

    return Handwriting.load()


def keeper(
    settings: Settings, command: str, window: bool = False, quiet: bool = False, ends_in: float = 10
) -> "Keeper":
    """Who keeps another process of ours up, with the same data and settings."""
    from kiosk.keep import LOG, Keeper

    line, log = child(settings, command), settings.data / LOG
    return Keeper(command, line, log, window=window, quiet=quiet, ends_in=ends_in)


def run_keep(settings: Settings, words: list[str]) -> int:
    """One program, started again whenever it ends. Raises ValueError."""
    from kiosk.keep import keep

    match words:
        case ["kiosk" | "desk" | "serve" | "sync" as command]:
            keep(keeper(settings, command, window=command in ("kiosk", "desk")))
        case _:
            raise ValueError("keep takes one of kiosk, desk, serve, sync")
    return 0


def run_kiosk(settings: Settings, sync: bool = True, kept: bool = False) -> int:
    """The kiosk's window until it is closed; one that fills the screen cannot be. The record is
    opened behind the first frame."""
    from PySide6.QtCore import QTimer

    from kiosk.sound import open_sound
    from kiosk.ui.background import Background
    from kiosk.ui.citizen import Citizen
    from kiosk.ui.language import Language
    from kiosk.ui.voice import Voice
    from kiosk.ui.window import application, close_view, end_when_told, fit_screen, hold, open_view

    app = application()
    catalogue = hall_catalogue(settings)
    # Paper has a thread of its own: a slow printer must not keep the next record waiting.
    language, background, printing = Language(), Background(), Background()
    # And so has sound: an audio driver that hangs must not hold up the record.
    hearing = Background()
    voice = Voice(open_sound, hearing, settings.number("voice_seconds"))
    speech = make_speech(settings)
    citizen = Citizen(
        catalogue,
        language,
        background,
        pinyin,
        handwriting,
        test=settings.flag("test"),
        printing=printing,
        speaker=speech,
        aloud_keys=(settings.text("aloud_key"), settings.text("loudness_key")),
        contact_days=settings.number("keep_contact_days"),
        switching=make_switching(settings),
        voice=voice,
    )
    view = open_view(
        "Main.qml",
        {"citizen": citizen},
        width=settings.number("width"),
        height=settings.number("height"),
        ppi=settings.number("ppi"),
    )
    view.setTitle("Zhaocha 找茬窗口")
    language.attach(view.engine())
    opened: list[Intake] = []
    passes: list[Keeper] = []

    def ready(intake: "Intake") -> None:
        # What is loaded by now stays: the collector need not walk it under anybody's finger.
        gc.freeze()
        opened.append(intake)
        citizen.ready(intake)
        citizen.find_voice()
        if sync:
            passes.append(keeper(settings, "sync", quiet=True, ends_in=3))
            passes[0].start()

    def trouble(why: Exception) -> None:
        print(f"zhaocha: the store cannot be opened: {why}", file=sys.stderr)
        citizen.out_of_service()
        citizen.find_voice()
        if kept:
            from kiosk.keep import OPENS_AGAIN

            # Its keeper starts it anew: by then there may be room, or a disk that is there.
            QTimer.singleShot(int(OPENS_AGAIN * 1000), lambda: app.exit(1))

    def open_record() -> None:
        end_when_told(app, kept)
        background.run(lambda: make_intake(settings, catalogue), ready, trouble)

    # After the first frame and the first tap: what is loaded here must not slow them.
    QTimer.singleShot(400, open_record)
    if settings.flag("fullscreen"):
        hold(view)
    else:
        fit_screen(view)
        view.show()
    code = app.exec()
    for one in passes:
        one.end()
    for intake in opened:
        intake.visit_over()
    voice.wipe()
    hearing.wait()
    background.wait()
    printing.wait()
    speech.close()
    close_view(view)
    for intake in opened:
        intake.close()
    return code


def make_speech(settings: Settings) -> "Speech":
    """What reads aloud: it looks for its voices in its own thread, when it is asked to."""
    from kiosk.speech import SoundCard, Speech

    def find() -> "list[Voice]":
        from kiosk.voices import voices

        return voices(settings.voice_clips)

    return Speech(find, SoundCard(settings.text("voice_card")))


def make_switching(settings: Settings) -> "Switching":
    """How this kiosk is used by switch."""
    from kiosk.ui.switch import Switching

    return Switching(
        settings.text("switch"),
        settings.text("switch_key"),
        settings.text("switch_key_2"),
        settings.number("switch_ms") / 1000,
    )


def run_desk(settings: Settings, sync: bool = True, kept: bool = False) -> int:
    """The desk's window until it is closed."""
    from kiosk.bell import chime
    from kiosk.sound import open_sound
    from kiosk.ui.background import Background
    from kiosk.ui.language import Language
    from kiosk.ui.player import Player
    from kiosk.ui.window import application, close_view, end_when_told, fit_screen, open_view

    app = application()
    end_when_told(app, kept)
    background, printing, language = Background(), Background(), Language()
    catalogue = hall_catalogue(settings)
    device = "D" + settings.text("device").lstrip("K")
    store = _founded(settings, open_local(settings, device, catalogue.hall.code))
    desk = make_desk(settings, catalogue, store, background, language, printing)
    view = open_view("desk/Desk.qml", {"desk": desk}, width=1366, height=768)
    language.attach(view.engine())
    view.setTitle("Zhaocha 找茬窗口 · 服务台")
    desk.rang.connect(lambda: view.alert(0))
    ringing = Background()
    bell = Player(open_sound, ringing)
    if settings.flag("desk_bell"):
        bell.hold(chime())
        desk.rang.connect(bell.play)
    passes = keeper(settings, "sync", quiet=True, ends_in=3)
    if sync:
        passes.start()
    fit_screen(view)
    view.show()
    desk.listen()
    code = app.exec()
    desk.listen(False)
    passes.end()
    bell.wipe()
    for runner in (background, printing, ringing):
        runner.wait()
    close_view(view)
    store.close()
    return code


def make_desk(
    settings: Settings,
    catalogue: Catalogue,
    store: "Store",
    background: "Runner",
    language: "Language | None" = None,
    printing: "Runner | None" = None,
) -> "Desk":
    """The desk's view object over an open store; with `printing`, a slow printer keeps nothing but
    papers waiting."""
    from db.sync import sync_state
    from kiosk.calls import Calls
    from kiosk.casework import Casework
    from kiosk.paper.printers import printer_for
    from kiosk.paper.weekly import draw_weekly
    from kiosk.personnel import Personnel
    from kiosk.pins import SECRET_FILE, Pins
    from kiosk.printing import make_spooler
    from kiosk.roster_rules import roles_in
    from kiosk.staff import sign_in
    from kiosk.ui.desk import Desk
    from kiosk.ui.language import Language
    from kiosk.ui.ledger import Ledger
    from kiosk.ui.machines import Machines
    from kiosk.ui.mine import Mine
    from kiosk.ui.numbers import Numbers
    from kiosk.ui.pages import MINE
    from kiosk.ui.papers import Papers
    from kiosk.ui.people import People
    from kiosk.ui.rota import Rota
    from kiosk.ui.slip import PaperSlip

    pins = Pins(store, settings.data / SECRET_FILE)
    printer = make_spooler(settings, "D" + settings.text("device").lstrip("K"))
    office = printer_for(settings.office_printer)
    deadlines = hall_deadlines(settings)
    roles = roles_in(settings.text("roster_roles"))
    address = settings.tracking_address
    language = language or Language()
    printing = printing or background
    desk = Desk(
        catalogue,
        background,
        printing,
        language,
        lambda login, secret: sign_in(store, login, secret, pins),
        lambda badge: Casework(
            store,
            badge,
            catalogue,
            deadlines,
            printer,
            address,
            store.now,
            window_roles=roles,
            office=office,
        ),
        lambda: sync_state(store),
        store.version,
        Calls(store, deadlines, store.now),
    )
    parts = (catalogue, background, language, desk.tell, desk.why, desk)

    def personnel(work: Casework) -> Personnel:
        return Personnel(store, work.badge, pins)

    prints = (catalogue, printing, *parts[2:])
    desk.add("slip", PaperSlip(*prints))
    desk.add("ledger", Ledger(*parts))
    desk.add("papers", Papers(*prints))
    numbers = Numbers(
        background, language, settings.data / "reports", draw=draw_weekly, parent=desk
    )
    numbers.opened.connect(desk.show_cases)
    desk.add("numbers", numbers)
    desk.add("roster", Rota(background, language, desk.tell, desk.why, desk))
    desk.add("people", People(personnel, *parts))
    health = partial(how_it_is, settings, store, deadlines.workdays)
    desk.add("machines", Machines(health, background, language, desk.why, desk))
    desk.add(MINE, Mine(personnel, background, language, desk.why, desk))
    return desk


def run_serve(settings: Settings) -> int:
    """The tracking page, and the hall's door where it has a port, until the process is stopped.

    Raises StoreTrouble where another process serves this file, OSError and ValueError for a door
    that cannot be opened.
    """
    import threading

    from db.owner import Owner
    from kiosk.web.metrics import Figures, metrics
    from kiosk.web.page import Tracking, serve

    if settings.shared.startswith(DOORS):
        raise ValueError("serve owns the shared store: set shared to a file or postgresql://")
    own_file = not settings.shared.startswith("postgresql")
    owner = Owner(Path(settings.shared)) if own_file else None
    catalogue = hall_catalogue(settings)
    device, hall = settings.text("device"), catalogue.hall.code

    def open_store() -> "Store":
        return open_own(settings, "T" + device, hall)

    monitor = Figures(open_store, lambda shared: figures(settings, shared))
    more = (metrics(monitor, settings.text("metrics_token")),)
    tracking = Tracking(open_store, catalogue, more=more, deadlines=hall_deadlines(settings))
    door = open_door(settings, hall) if settings.number("door_port") else None
    print(f"Tracking page: {settings.web_address}/", flush=True)
    stop = threading.Event()
    if own_file:
        threading.Thread(target=_looking, args=(open_store, stop), daemon=True).start()
    try:
        serve(tracking, settings.text("web_host"), settings.number("web_port"))
    finally:
        stop.set()
        if door is not None:
            door.close()
        if owner is not None:
            owner.let_go()
    return 0


def open_door(settings: Settings, hall: str) -> "DoorServer":
    """Let kiosks and desks in. Raises OSError, ValueError."""
    from kiosk.web.door import DoorRoom, DoorServer

    certificate = settings.data / settings.text("door_certificate")
    secured = certificate.exists()
    room = DoorRoom(
        lambda: open_own(settings, "H" + settings.text("device"), hall),
        hall,
        settings.data / "door.handed-in",
    )
    door = DoorServer(
        room,
        settings.text("door_host"),
        settings.number("door_port"),
        certificate if secured else None,
        settings.data / settings.text("door_key") if secured else None,
    )
    scheme = "https" if secured else "http"
    print(f"The hall's door: {scheme}://{settings.text('door_host')}:{door.port}", flush=True)
    return door


def figures(settings: Settings, shared: "Store") -> str:
    """Every machine's figures for a monitor. Raises StoreTrouble."""
    from db.beat import beats
    from kiosk.health import Bounds, health, prometheus

    heard, now = beats(shared).values(), datetime.now()
    rows = health(heard, hall_deadlines(settings).workdays, now, Bounds.read(settings))
    return prometheus(heard, rows, now)


def run_copies(settings: Settings, command: str, words: list[str], damaged: bool) -> int:
    """Backups and sticks. Raises ValueError, StoreTrouble, OSError."""
    from db.store import Store
    from kiosk import copies

    hall = hall_catalogue(settings).hall.code

    def open_store(place: str) -> Store:
        return Store.open(place, hall=hall, device=settings.text("device"))

    if command == "backup":
        return copies.run_backup(settings, hall, words)
    if command == "restore":
        return copies.run_restore(settings, hall, words, damaged, open_store)
    if command == "restore-test":
        return copies.run_restore_test(settings, words, Store.open)
    return copies.run_carry(settings, hall, words, damaged, open_store)


def run_keeping(
    settings: Settings, command: str, words: list[str], do: bool, clock_is_right: bool
) -> int:
    """What is kept for how long, and where. Raises ValueError, StoreTrouble."""
    from db.store import Store
    from kiosk import keeping
    from kiosk.evidence import place_of

    hall, device = hall_catalogue(settings).hall.code, settings.text("device")
    if command != "erase" and len(words) > (command == "retain"):
        raise ValueError(f"{command} takes nothing more, not {' '.join(words)!r}")
    if command == "prune":
        if settings.shared.startswith(DOORS):
            raise ValueError(
                "prune compares every byte with the shared store, which a door does not show: what "
                "is sealed stays on this machine"
            )
        local = open_local(settings, device, hall)
        try:
            shared = open_own(settings, "S" + device, hall)
            try:
                return keeping.run_prune(settings, local, shared, do)
            finally:
                shared.close()
        finally:
            local.close()
    place = words[0] if command == "retain" and words else "shared"
    store = Store.open(place_of(settings, place), hall=hall, device=f"{device}F")
    try:
        if command == "erase":
            return keeping.run_erase(store, words, do)
        return keeping.run_retain(settings, store, do, clock_is_right)
    finally:
        store.close()


def run_status(settings: Settings, words: list[str], clock_is_right: bool = False) -> int:
    """How this machine is, and what it heard of the others; `forget DEVICE` for one that is gone.

    With `clock_is_right` its clock is believed from now on, however long ago the newest record is.

    Raises ValueError, StoreTrouble.
    """
    from db.beat import forget
    from kiosk.health import show

    hall = hall_catalogue(settings).hall.code
    match words:
        case ["forget", device]:
            shared = open_own(settings, "S" + settings.text("device"), hall)
            try:
                known = forget(shared, device)
            finally:
                shared.close()
            print(f"{'forgotten' if known else 'not known'}: {device}")
            return 0 if known else 1
        case []:
            pass
        case _:
            raise ValueError("status takes nothing more, or: status forget DEVICE")
    if not settings.local.exists():
        raise ValueError(f"there is no store at {settings.local} yet")
    local = open_local(settings, settings.text("device"), hall)
    try:
        if clock_is_right:
            local.confirm_clock()
        return show(how_it_is(settings, local, hall_deadlines(settings).workdays))
    finally:
        local.close()


def how_it_is(settings: Settings, local: "Store", workdays: "Workdays") -> "list[Row]":
    """How every machine is, as this one has heard it. Raises StoreTrouble."""
    from db.beat import as_noted, beat_of, beats
    from db.sync import sync_state
    from kiosk.health import Bounds, health

    heard = beats(local)
    mine = beat_of(local, __version__, restarts=restarts_of(settings))
    heard[mine.device] = as_noted(mine, heard.get(mine.device))
    passes = (mine.device, sync_state(local))
    return health(heard.values(), workdays, datetime.now(), Bounds.read(settings), passes)


def restarts_of(settings: Settings) -> "Restarts":
    """How often a program of this machine had to be started again."""
    from kiosk.keep import LOG, restarts

    return restarts(settings.data / LOG, datetime.now())


def run_sync(settings: Settings, once: bool) -> int:
    """Pass after pass between this machine's store and the shared one; `once` for a single one.

    Raises StoreTrouble with `once`; otherwise trouble is noted in the local store and tried again.
    """
    import signal
    import threading

    from db.beat import Pulse
    from db.engine import StoreTrouble, on_this_machine
    from db.kept import keep_heads
    from db.sync import Shared, due_in, note_pass, sync, sync_state
    from kiosk.month import exchange

    hall = hall_catalogue(settings).hall.code
    local = open_local(settings, settings.text("device"), hall)
    apart = not on_this_machine(settings.shared)
    every = settings.number("beat_minutes") * 60
    pulse = Pulse(local, __version__, every, apart=apart, restarts=partial(restarts_of, settings))
    gc.freeze()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    shared: Shared | None = None
    period = settings.number("sync_seconds")
    state = sync_state(local)
    # What a machine owes of its pause, it owes after a restart as well.
    if not once and stop.wait(due_in(state, datetime.now())):
        local.close()
        return 0
    batch, known = state.batch, set(state.asides)
    try:
        while True:
            try:
                shared = shared or open_shared(settings, "S" + settings.text("device"), hall)
                made = sync(local, shared, batch=batch)
                keep_heads(local, made.seen)
                exchange(local, shared, datetime.now())
                wait, batch = note_pass(local, period=period)
                pulse.good(shared)
                _look_through(local, shared)
                for aside in set(made.asides) - known:
                    place = f"{aside.origin}/{aside.seq}"
                    print(f"zhaocha: {place} was set aside: {aside.why}", file=sys.stderr)
                known = set(made.asides)
                if once:
                    print(f"pushed {made.pushed}, pulled {made.pulled}")
                    return 0
            except StoreTrouble as trouble:
                wait, batch = note_pass(local, trouble, period=period)
                pulse.failed()
                if shared is not None:
                    shared.close()
                shared = None
                if once:
                    raise
            if stop.wait(wait):
                return 0
    finally:
        local.close()
        if shared is not None:
            shared.close()


def _look_through(*stores: object) -> None:
    """Once a day those of them that lie in a file: what rot has changed is healed, and said on
    stderr. Raises StoreTrouble."""
    from db.refill import look_through
    from db.store import Store

    for store in stores:
        if isinstance(store, Store) and (found := look_through(store)):
            name = Path(store.address).name
            print(f"zhaocha: {found} events in {name} had been damaged", file=sys.stderr)


def _looking(open_store: "Callable[[], Store]", stop: "threading.Event") -> None:
    """The same while this process owns the file; the first minute is for those who wait."""
    from db.engine import StoreTrouble

    wait = 60.0
    while not stop.wait(wait):
        wait = 3600.0
        with suppress(StoreTrouble):
            store = open_store()
            try:
                _look_through(store)
            finally:
                store.close()


def run_hall(settings: Settings) -> int:
    """A whole hall on one machine: kiosk, desk, sync and tracking page, until the kiosk closes."""
    from kiosk.keep import keep
    from kiosk.staff import SAMPLE_PIN

    init(settings)
    print(f"Kiosk: the first window; its records are in {settings.data}")
    print(f"Desk: the second window; sign in as desk, coordinator, leader … with {SAMPLE_PIN}")
    print(f"Tracking page: {settings.web_address}/", flush=True)
    serve = keeper(settings, "serve", quiet=True)
    keep(serve, *(keeper(settings, command, window=True) for command in ("desk", "kiosk")))
    return 0


def run_staff(settings: Settings, words: list[str]) -> int:
    """Accounts and keys on the shared store. Raises ValueError, StoreTrouble."""
    from kiosk import staff_commands

    catalogue = hall_catalogue(settings)
    store = open_own(settings, f"{settings.text('device')}F", catalogue.hall.code)
    try:
        return staff_commands.run(words, store, [d.code for d in catalogue.departments])
    finally:
        store.close()


def run_door(settings: Settings, words: list[str]) -> int:
    """Who may come through the hall's door. Raises ValueError, StoreTrouble, OSError."""
    from kiosk import door_commands

    device, hall = settings.text("device"), hall_catalogue(settings).hall.code
    return door_commands.run(
        words,
        settings,
        lambda: open_own(settings, "H" + device, hall),
        lambda: open_local(settings, device, hall),
    )
