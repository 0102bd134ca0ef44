"""How the hall's machines are: what somebody should see to, in words, and as figures for a monitor.

`health` answers with rows for a page, a command or a test, the worst first. It knows nothing but
the machines' beats, the hall's days and the moment somebody looks.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from db.beat import Beat
from db.sync import SyncState
from kiosk.settings import Settings
from kiosk.told import Told
from kiosk.workdays import Workdays


class What(StrEnum):
    """What a row is about."""

    WELL = "well"
    SILENT = "silent"
    SCREEN = "screen"
    SYNC = "sync"
    UNSENT = "unsent"
    DISK = "disk"
    PAPER = "paper"
    CLOCK = "clock"
    QUIET = "quiet"
    LOST = "lost"
    DAMAGED = "damaged"
    HEALED = "healed"
    RESTARTED = "restarted"


class Bad(IntEnum):
    """How bad it is: 0 nothing, 1 somebody should look, 2 somebody must go there."""

    WELL = 0
    LOOK = 1
    ACT = 2


@dataclass(frozen=True, slots=True)
class Row:
    """One thing about one machine; `since` is the hall's own time, None where nobody knows."""

    what: What
    device: str
    since: datetime | None
    bad: Bad
    words: Told


@dataclass(frozen=True, slots=True)
class Bounds:
    """From where on something is worth a word."""

    silent: timedelta = timedelta(minutes=20)
    unsent: timedelta = timedelta(minutes=30)
    quiet_days: int = 5
    disk_mb: int = 500
    clock_ms: int = 60_000

    @classmethod
    def read(cls, settings: Settings) -> "Bounds":
        return cls(
            timedelta(minutes=settings.number("silent_minutes")),
            timedelta(minutes=settings.number("unsent_minutes")),
            settings.number("quiet_days"),
            settings.number("disk_mb"),
            settings.number("clock_seconds") * 1000,
        )


#: A screen that is there says so every minute; it may be in use for a few.
SCREEN = timedelta(minutes=10)
#: For so long somebody should hear that the shared store had lost something, or a disk had.
LOST = timedelta(days=7)
#: So often within a day a program may have to be started again before somebody should look.
RESTARTS = 3


def health(
    beats: Iterable[Beat],
    workdays: Workdays,
    now: datetime,
    bounds: Bounds | None = None,
    passes: tuple[str, SyncState] | None = None,
) -> list[Row]:
    """Rows for every machine that ever beat, the worst first; one that is well has one row.

    `passes` is a machine and how its own passes go, for whoever looks on that machine.
    """
    rows: list[Row] = []
    for beat in sorted(beats, key=lambda b: b.device):
        found = _of_machine(beat, workdays, now, bounds or Bounds())
        if passes is not None and passes[0] == beat.device:
            found += _of_passes(beat.device, passes[1])
        rows += found or [Row(What.WELL, beat.device, None, Bad.WELL, Told("正常"))]
    return sorted(rows, key=lambda row: (-row.bad, row.device, row.what))


def _of_machine(beat: Beat, workdays: Workdays, now: datetime, bounds: Bounds) -> list[Row]:
    silent = _silent(beat, workdays, now, bounds)
    # What a silent machine said of itself is old.
    told = [] if silent else _of_itself(beat, bounds)
    return [*silent, *told, *_quiet(beat, workdays, now, bounds), *_lost(beat, now)]


def _silent(beat: Beat, workdays: Workdays, now: datetime, bounds: Bounds) -> list[Row]:
    """Nothing heard of it although the hall has been open for a while: at night it may be off."""
    spans = workdays.spans(now.date()) if workdays.is_service_day(now.date()) else []
    opened = next((start for start, end in spans if start <= now < end), None)
    at = _moment(beat.at_ms - (beat.offset_ms or 0))
    if opened is None or now - max(at, opened) <= bounds.silent:
        return []
    words = Told("没有动静：没开机、断网或程序停了")
    return [Row(What.SILENT, beat.device, at, Bad.ACT, words)]


def _of_itself(beat: Beat, bounds: Bounds) -> list[Row]:
    rows: list[Row] = []

    def add(what: What, since_ms: int | None, bad: Bad, sentence: str, *args: object) -> None:
        since = None if since_ms is None else _moment(since_ms)
        rows.append(Row(what, beat.device, since, bad, Told(sentence, tuple(map(str, args)))))

    if beat.screen_ms is not None and beat.at_ms - beat.screen_ms > SCREEN // _MS:
        add(What.SCREEN, beat.screen_ms, Bad.ACT, "市民窗口的程序没有在运行")
    if beat.free_mb is not None and beat.free_mb < bounds.disk_mb:
        bad = Bad.ACT if beat.free_mb * 5 < bounds.disk_mb else Bad.LOOK
        add(What.DISK, None, bad, "磁盘快满了，还剩 %1 MB", beat.free_mb)
    if beat.paper_stops:
        add(What.PAPER, None, Bad.ACT, "打印机：%1", beat.paper)
    elif beat.paper_low:
        add(What.PAPER, None, Bad.LOOK, "打印机：%1", beat.paper)
    if beat.offset_ms is not None and abs(beat.offset_ms) > bounds.clock_ms:
        seconds = round(abs(beat.offset_ms) / 1000)
        sentence = "时钟快了 %1 秒" if beat.offset_ms > 0 else "时钟慢了 %1 秒"
        add(What.CLOCK, None, Bad.LOOK, sentence, seconds)
    if beat.unsent_ms is not None and beat.at_ms - beat.unsent_ms > bounds.unsent // _MS:
        add(What.UNSENT, beat.unsent_ms, Bad.LOOK, "有 %1 条记录还没有送到共享库", beat.unsent)
    if beat.damaged:
        sentence = "这台机器上有 %1 条记录坏了，别处还没找到好的，已另存，请管理员来看"
        add(What.DAMAGED, None, Bad.ACT, sentence, beat.damaged)
    if beat.healed_ms is not None and beat.at_ms - beat.healed_ms <= LOST // _MS:
        sentence = "这台机器上坏过 %1 条记录，已经修好；磁盘可能不可靠，请看一看"
        add(What.HEALED, beat.healed_ms, Bad.LOOK, sentence, beat.healed)
    if beat.restarts >= RESTARTS:
        sentence = "程序一天里自己重开了 %1 次，原因在数据文件夹的 keep.log 里"
        add(What.RESTARTED, beat.restarted_ms, Bad.LOOK, sentence, beat.restarts)
    return rows


def _quiet(beat: Beat, workdays: Workdays, now: datetime, bounds: Bounds) -> list[Row]:
    """Service days that went by whole without anybody saying anything here (R-08)."""
    if beat.said_ms is None:
        return []
    said = _moment(beat.said_ms)
    yesterday = now.date() - timedelta(days=1)
    days = len(workdays.between(said.date(), yesterday))
    if days < bounds.quiet_days:
        return []
    words = Told("连续 %1 个工作日没有人评价或投诉", (str(days),))
    return [Row(What.QUIET, beat.device, said, Bad.LOOK, words)]


def _lost(beat: Beat, now: datetime) -> list[Row]:
    if beat.lost_ms is None or now - _moment(beat.lost_ms) > LOST:
        return []
    words = Told("共享库丢过已经收到的记录，这台机器又送了一次，请核验（zhaocha verify shared）")
    return [Row(What.LOST, beat.device, _moment(beat.lost_ms), Bad.LOOK, words)]


def _of_passes(device: str, state: SyncState) -> list[Row]:
    if state.failing_since is None:
        return []
    since = state.failing_since.astimezone().replace(tzinfo=None)
    return [Row(What.SYNC, device, since, Bad.LOOK, Told("连不上共享库：%1", (state.why,)))]


_MS = timedelta(milliseconds=1)


def _moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000)


# --- for a monitor ----------------------------------------------------------------------------

_FIGURES = (
    ("beat_age_seconds", "Seconds since a machine's last beat"),
    ("screen_age_seconds", "Seconds since the kiosk's screen was last there"),
    ("feedback_age_seconds", "Seconds since somebody said something at it"),
    ("disk_free_bytes", "Free bytes where its store lies"),
    ("unsent_events", "Events that the shared store has not been seen to hold"),
    ("unsent_age_seconds", "How long the oldest of them has waited"),
    ("clock_offset_seconds", "How far its clock is ahead of the shared store's"),
    ("restarts", "How often a program was started again within a day"),
    ("paper_stopped", "1 while a receipt would not come out"),
    ("bad", "0 well, 1 somebody should look, 2 somebody must go there"),
)


def prometheus(beats: Iterable[Beat], rows: Iterable[Row], now: datetime) -> str:
    """The beats in Prometheus' text format: figures and device names, nobody's words."""
    worst: dict[str, int] = {}
    for row in rows:
        worst[row.device] = max(row.bad, worst.get(row.device, 0))
    ms = int(now.timestamp() * 1000)
    each = {b.device: _figures(b, worst.get(b.device, 0), ms) for b in beats}
    lines = []
    for name, meaning in _FIGURES:
        lines += [f"# HELP zhaocha_{name} {meaning}", f"# TYPE zhaocha_{name} gauge"]
        for device, figures in sorted(each.items()):
            if (value := figures[name]) is not None:
                lines.append(f'zhaocha_{name}{{device="{_label(device)}"}} {value:g}')
    return "\n".join(lines) + "\n"


def _figures(beat: Beat, bad: int, ms: int) -> dict[str, float | None]:
    def age(at: int | None) -> float | None:
        return None if at is None else round((ms - at) / 1000, 1)

    return {
        "beat_age_seconds": age(beat.at_ms - (beat.offset_ms or 0)),
        "screen_age_seconds": age(beat.screen_ms),
        "feedback_age_seconds": age(beat.said_ms),
        "disk_free_bytes": None if beat.free_mb is None else beat.free_mb * 1e6,
        "unsent_events": beat.unsent,
        "unsent_age_seconds": age(beat.unsent_ms) or 0,
        "clock_offset_seconds": None if beat.offset_ms is None else beat.offset_ms / 1000,
        "restarts": beat.restarts,
        "paper_stopped": int(beat.paper_stops),
        "bad": bad,
    }


def _label(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")


# --- zhaocha status ---------------------------------------------------------------------------


def show(rows: list[Row]) -> int:
    """Say how every machine is; 0 when all is well, 1 when somebody should look, 2 must go."""
    for row in rows:
        since = f", since {row.since:%Y-%m-%d %H:%M}" if row.since else ""
        print(f"{_SIGNS[row.bad]:5} {row.device:8} {row.words.say('en')}{since}")
    worst = max((row.bad for row in rows), default=Bad.LOOK)
    if not rows:
        print("look  nobody has said anything yet: does zhaocha sync run?")
    return int(worst)


_SIGNS = {Bad.WELL: "well", Bad.LOOK: "look", Bad.ACT: "ACT"}
