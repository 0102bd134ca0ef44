"""The duty roster: who is there, who may be, swaps, gaps told ahead, a month as a table."""

import csv
import io
import re
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.hall import Person, fold_hall
from db.happening import Appointed, Rostered
from db.terms import Duty, Role
from kiosk.app import SAMPLE
from kiosk.catalogue import load
from kiosk.hall_days import Half, Opening, OwnDay
from kiosk.roster import NOBODY, Shift, Swap, SwapRefused, duty_at, roster_in, roster_of
from kiosk.roster_rules import AT_WINDOW, Gap, RosterRules, Warned, Weekly, roles_in
from kiosk.roster_table import month_of, read_month, write_month
from kiosk.settings import SETTINGS
from kiosk.words import spoken
from kiosk.workdays import Workdays
from tests.hall import Log

MORNING, AFTERNOON = Half
WINDOW, LEADER = Duty

ADMIN = Person("admin", "信息科 系统管理员", Role.ADMINISTRATOR)
SOCIAL = Person("social2", "社会事务二科负责人", Role.HEAD)
HARBOUR = Person("harbour", "港航海事科负责人", Role.HEAD)
VICE = Person("vice", "副局长", Role.LEADER, leads=True)
CHIEF = Person("chief", "总审批师", Role.LEADER, leads=True)
INSPECTOR = Person("inspector", "派驻纪检监察组", Role.INSPECTOR)
PEOPLE = {one.login: one for one in (ADMIN, SOCIAL, HARBOUR, VICE, CHIEF, INSPECTOR)}
DAYS = Workdays()
RULES = RosterRules(DAYS, PEOPLE)
#: Monday to Wednesday of one week.
MON, TUE, WED = (date(2026, 11, 23) + timedelta(days=n) for n in range(3))


def shift(day, half, duty, who):
    return Shift(day, half, duty, who.login, who.post)


def full(day, window=SOCIAL, leader=VICE):
    """Every shift of a day that is open from morning to evening."""
    return [shift(day, half, duty, who) for half in Half for duty, who in
            ((LEADER, leader), (WINDOW, window))]  # fmt: skip


def hall_with(*rostered):
    """A hall whose events appoint these people and roster them so."""
    log = Log()
    for who in PEOPLE.values():
        log.add(who.login, Appointed("admin", who.login, who.post, who.role, leads=who.leads))
    for event in rostered:
        log.add("roster", event)
    hall = fold_hall(log.events)
    assert hall.refused == []
    return hall


def said(shifts):
    return NOBODY.changed_to(roster_of(shifts), "admin")


def in_chinese(told):
    return told.say("zh") if told else ""


@pytest.fixture(scope="module")
def catalogue():
    return load(Path(SAMPLE))


# --- who is there ---


def test_the_halls_events_say_who_is_at_the_window_and_who_leads():
    hall = hall_with(*said([*full(MON), *full(TUE, HARBOUR, CHIEF)]))
    roster = roster_in(hall, DAYS, MON, WED)
    assert roster.on(MON, MORNING, WINDOW) == shift(MON, MORNING, WINDOW, SOCIAL)
    assert roster.on(TUE, AFTERNOON, LEADER).login == "chief"
    assert roster.on(WED, MORNING, WINDOW) is None
    assert [s.day for s in roster_in(hall, DAYS, TUE, TUE).shifts] == [TUE] * 4


def test_a_day_without_shifts_of_its_own_has_those_of_every_week():
    hall = hall_with(
        Rostered("admin", "1", "", LEADER, "vice", VICE.post),
        Rostered("admin", "6", "am", WINDOW, "harbour", HARBOUR.post),
        Rostered("admin", str(MON), "pm", LEADER, "chief", CHIEF.post),
    )
    roster = roster_in(hall, DAYS, date(2026, 10, 1), date(2026, 11, 30))
    assert (roster.on(MON, MORNING, LEADER).login, roster.on(MON, AFTERNOON, LEADER).login) == (
        "vice",
        "chief",
    )
    assert roster.on(date(2026, 10, 5), MORNING, LEADER) is None  # a Monday of National Day
    saturdays = [s.day for s in roster.shifts if s.duty is WINDOW]
    assert saturdays == [date(2026, 10, 10)]  # the one that is worked


def test_shifts_in_a_half_that_has_closed_since_are_not_there():
    hall = hall_with(*said(full(MON)))
    afternoon = Workdays({MON: OwnDay(Opening.AFTERNOON)})
    assert {s.half for s in roster_in(hall, afternoon, MON, MON).shifts} == {AFTERNOON}


@pytest.mark.parametrize(
    ("now", "window", "leader"),
    [
        ("2026-11-23 08:00", "社会事务二科负责人", "副局长"),
        ("2026-11-23 12:00", "港航海事科负责人", "总审批师"),  # at noon, who comes next
        ("2026-11-23 17:00", "社会事务二科负责人", "总审批师"),  # Tuesday; its afternoon's leader
        ("2026-11-22 10:00", "社会事务二科负责人", "副局长"),  # Sunday: Monday morning
        # Wednesday stands in the weekly roster of the sample hall's catalogue alone.
        ("2026-11-25 10:00", "社会事务二科负责人", "局长"),
        ("2026-11-25 13:00", "港航海事科负责人", "局长"),
    ],
)
def test_the_duty_of_a_moment_is_that_of_the_half_day_or_of_the_catalogue(
    catalogue, now, window, leader
):
    hall = hall_with(
        *said(
            [
                shift(MON, MORNING, WINDOW, SOCIAL),
                shift(MON, MORNING, LEADER, VICE),
                shift(MON, AFTERNOON, WINDOW, HARBOUR),
                shift(MON, AFTERNOON, LEADER, CHIEF),
                shift(TUE, MORNING, WINDOW, SOCIAL),
                shift(TUE, AFTERNOON, LEADER, CHIEF),
            ]
        )
    )
    duty = duty_at(datetime.fromisoformat(now), hall, DAYS, catalogue)
    assert (duty.window_post.say("zh"), duty.leader_post.say("zh")) == (window, leader)


def test_a_hall_without_a_roster_shows_the_catalogues_in_every_half_day(catalogue):
    for hours in range(5 * 24):
        now = datetime(2026, 11, 23) + timedelta(hours=hours)
        day, half = DAYS.half_at(now)
        wanted = day.weekday(), half is AFTERNOON
        weekly = next(d for d in catalogue.roster if (d.weekday, d.afternoon) == wanted)
        assert duty_at(now, hall_with(), DAYS, catalogue) == weekly


def test_a_post_is_said_in_the_languages_the_catalogue_knows_it_in(catalogue):
    newcomer = Shift(MON, MORNING, LEADER, "vice", "新来的副局长")
    hall = hall_with(*said([shift(MON, MORNING, WINDOW, HARBOUR), newcomer]))
    duty = duty_at(datetime(2026, 11, 23, 9), hall, DAYS, catalogue)
    assert duty.window_post.say("en") == "Head of ports and navigation"
    assert duty.leader_post.say("en") == duty.leader_post.say("zh") == "新来的副局长"
    assert (duty.weekday, duty.afternoon) == (0, False)


# --- planning anew, swapping ---


def test_days_planned_anew_replace_their_shifts_alone():
    roster = roster_of([*full(MON), *full(TUE), *full(WED)])
    fresh = full(TUE, HARBOUR, CHIEF)
    planned = roster.planned(TUE, TUE, [*fresh, *full(date(2026, 12, 1))])
    assert planned.shifts == (*full(MON), *fresh, *full(WED))


def test_what_changes_a_roster_is_events_that_make_the_new_one():
    before = roster_of([*full(MON), *full(TUE)])
    after = before.planned(MON, TUE, [*full(MON, HARBOUR), *full(TUE)[:3]])
    events = before.changed_to(after, "admin", "开会")
    assert events == (
        Rostered("admin", "2026-11-23", "am", WINDOW, "harbour", HARBOUR.post, "开会"),
        Rostered("admin", "2026-11-23", "pm", WINDOW, "harbour", HARBOUR.post, "开会"),
        Rostered("admin", "2026-11-24", "pm", WINDOW, "", "", "开会"),
    )
    assert all(type(event.half) is str for event in events)
    hall = hall_with(*NOBODY.changed_to(before, "admin"), *events)
    assert roster_in(hall, DAYS, MON, TUE) == after
    assert before.changed_to(before, "admin") == ()


def test_a_shift_handed_to_a_stand_in_keeps_both_names_on_record():
    roster = roster_of(full(MON))
    swap = Swap(shift(MON, MORNING, WINDOW, SOCIAL), "harbour", HARBOUR.post, "开会")
    swapped = roster.swapped(swap)
    assert swapped.on(MON, MORNING, WINDOW).login == "harbour"
    assert swapped.on(MON, AFTERNOON, WINDOW).login == "social2"
    events = roster.changed_to(swapped, "admin", swap.reason)
    hall = hall_with(*said(roster.shifts), *events)
    assert [(s.login, s.reason, s.by) for s in hall.swaps()] == [("harbour", "开会", "admin")]
    assert roster_in(hall, DAYS, MON, MON) == swapped


def test_two_people_exchange_their_shifts():
    roster = roster_of([*full(MON), *full(TUE, HARBOUR, CHIEF)])
    mine, theirs = shift(MON, MORNING, LEADER, VICE), shift(TUE, MORNING, LEADER, CHIEF)
    swapped = roster.swapped(Swap(mine, "chief", CHIEF.post, "出差", back=theirs))
    assert swapped.on(MON, MORNING, LEADER) == shift(MON, MORNING, LEADER, CHIEF)
    assert swapped.on(TUE, MORNING, LEADER) == shift(TUE, MORNING, LEADER, VICE)
    assert len(swapped.shifts) == len(roster.shifts)
    assert len(roster.changed_to(swapped, "admin", "出差")) == 2


def test_two_in_the_same_half_day_exchange_their_places():
    roster = roster_of([shift(MON, MORNING, LEADER, VICE), shift(MON, MORNING, WINDOW, CHIEF)])
    leads, serves = roster.on(MON, MORNING, LEADER), roster.on(MON, MORNING, WINDOW)
    swapped = roster.swapped(Swap(leads, "chief", CHIEF.post, "出差", back=serves))
    assert swapped.on(MON, MORNING, LEADER).login == "chief"
    assert swapped.on(MON, MORNING, WINDOW).login == "vice"


def test_of_two_desks_that_swap_the_same_shift_the_first_counts_and_the_second_is_told():
    given = shift(MON, MORNING, WINDOW, SOCIAL)
    roster = roster_of(full(MON)).swapped(Swap(given, "harbour", HARBOUR.post, "开会"))
    with pytest.raises(SwapRefused, match="这一班已经改过了"):
        roster.swapped(Swap(given, "chief", CHIEF.post, "生病"))


GIVEN = shift(MON, MORNING, WINDOW, SOCIAL)


@pytest.mark.parametrize(
    ("swap", "says"),
    [
        (Swap(GIVEN, "harbour", HARBOUR.post, " "), "原因"),
        (Swap(GIVEN, "social2", SOCIAL.post, "开会"), "另一个人"),
        (Swap(shift(WED, MORNING, WINDOW, SOCIAL), "harbour", HARBOUR.post, "开会"), "已经改过"),
        (Swap(GIVEN, "vice", VICE.post, "开会"), "副局长这半天已经有班了"),
        (
            Swap(GIVEN, "harbour", HARBOUR.post, "开会", shift(WED, MORNING, WINDOW, HARBOUR)),
            "换回来的那一班已经改过",
        ),
        (
            Swap(GIVEN, "harbour", HARBOUR.post, "开会", shift(TUE, MORNING, LEADER, CHIEF)),
            "不是对方的",
        ),
    ],
)
def test_a_swap_that_does_not_fit_is_refused_with_its_reason(swap, says):
    roster = roster_of([*full(MON), *full(TUE, HARBOUR, CHIEF)])
    with pytest.raises(SwapRefused, match=says) as refused:
        roster.swapped(swap)
    assert RULES.swap_fault(roster, swap) == refused.value.told


@pytest.mark.parametrize(
    ("given", "who", "says"),
    [
        (GIVEN, HARBOUR, ""),
        (GIVEN, INSPECTOR, "不能在窗口值守"),
        (shift(MON, MORNING, LEADER, VICE), CHIEF, ""),
        (shift(MON, MORNING, LEADER, VICE), HARBOUR, "不是县级干部，不能带班"),
    ],
)
def test_only_who_may_be_rostered_may_take_a_shift(given, who, says):
    swap = Swap(given, who.login, who.post, "开会")
    found = in_chinese(RULES.swap_fault(roster_of(full(MON)), swap))
    assert found == "" if not says else says in found


def test_who_gets_a_shift_in_return_must_be_allowed_there_too():
    back = shift(TUE, MORNING, LEADER, CHIEF)
    roster = roster_of([GIVEN, back])
    both = PEOPLE | {"chief": Person("chief", CHIEF.post, Role.HEAD, leads=True)}
    told = RosterRules(DAYS, both).swap_fault(
        roster, Swap(GIVEN, "chief", CHIEF.post, "开会", back)
    )
    assert in_chinese(told) == "社会事务二科负责人不是县级干部，不能带班"


# --- who may be ---


@pytest.mark.parametrize(
    ("told", "zh"),
    [
        (shift(MON, MORNING, WINDOW, SOCIAL), ""),
        (shift(MON, MORNING, LEADER, VICE), ""),
        (shift(MON, MORNING, WINDOW, VICE), "副局长不能在窗口值守：要科室或窗口负责人"),
        (
            shift(MON, MORNING, WINDOW, INSPECTOR),
            "派驻纪检监察组不能在窗口值守：要科室或窗口负责人",
        ),
        (shift(MON, MORNING, LEADER, SOCIAL), "社会事务二科负责人不是县级干部，不能带班"),
        (Shift(MON, MORNING, WINDOW, "nobody", "某职务"), "没有账号“nobody”"),
        (Shift(MON, MORNING, WINDOW, "social2", " "), "“social2”要写职务"),
        (shift(date(2026, 11, 28), MORNING, WINDOW, SOCIAL), "11月28日（周六）上午不办公"),
        (shift(date(2026, 10, 1), AFTERNOON, WINDOW, SOCIAL), "10月1日（周四）下午不办公"),
        (shift(date(2026, 10, 10), MORNING, WINDOW, SOCIAL), ""),  # a make-up Saturday
    ],
)
def test_only_heads_stand_at_the_window_and_only_county_rank_leads(told, zh):
    assert in_chinese(RULES.fault(told)) == zh


def test_the_rules_and_the_record_allow_the_same_people(catalogue):
    for who in PEOPLE.values():
        for duty in Duty:
            one = shift(MON, MORNING, duty, who)
            log = Log()
            for other in PEOPLE.values():
                log.add(
                    other.login,
                    Appointed("admin", other.login, other.post, other.role, leads=other.leads),
                )
            log.add("roster", said([one])[0])
            hall = fold_hall(log.events)
            assert bool(hall.refused) == bool(RosterRules.of(hall, DAYS).fault(one)), one


def test_a_hall_says_which_roles_may_stand_at_the_window():
    default = next(str(s.default) for s in SETTINGS if s.name == "roster_roles")
    assert roles_in(default) == AT_WINDOW
    assert roles_in(" head ,") == {Role.HEAD}
    strict = RosterRules(DAYS, PEOPLE, roles_in("clerk"))
    assert "不能在窗口值守" in in_chinese(strict.fault(shift(MON, MORNING, WINDOW, SOCIAL)))
    for wrong in ("head,inspector", "", "boss"):
        with pytest.raises(ValueError, match="roster_roles wants some of clerk, coordinator, head"):
            roles_in(wrong)


# --- covered or not ---


def test_a_day_lacks_a_leader_or_somebody_at_the_window_half_by_half():
    half_day = RosterRules(Workdays({TUE: OwnDay(Opening.MORNING)}), PEOPLE)
    assert half_day.gaps(NOBODY, TUE) == (Gap(TUE, LEADER), Gap(TUE, WINDOW, MORNING))
    assert half_day.gaps(NOBODY, date(2026, 11, 28)) == ()
    one = roster_of([shift(MON, AFTERNOON, LEADER, VICE), shift(MON, AFTERNOON, WINDOW, SOCIAL)])
    assert RULES.gaps(one, MON) == (Gap(MON, WINDOW, MORNING),)
    assert RULES.gaps(roster_of(full(MON)), MON) == ()


def test_somebody_who_may_no_longer_lead_covers_nothing():
    people = PEOPLE | {"vice": Person("vice", VICE.post, Role.LEADER)}
    assert RosterRules(DAYS, people).gaps(roster_of(full(MON)), MON) == (Gap(MON, LEADER),)


# The service days around National Day 2026: 28, 29, 30 September, 8, 9, 10 (a Saturday), 12, 13.
def test_an_uncovered_day_is_told_5_3_and_1_service_days_ahead():
    lacks = date(2026, 10, 10)
    days = DAYS.following(date(2026, 9, 1), 60)
    roster = roster_of(s for one in days if one != lacks for s in full(one))
    told = {
        one: [w.ahead for w in RULES.warnings(roster, one - timedelta(days=1), one)]
        for one in (date(2026, 9, 20) + timedelta(days=n) for n in range(25))
    }
    three = [ahead for ahead in (5, 3, 1) for _ in range(3)]  # leader, morning, afternoon
    assert {one: ahead for one, ahead in told.items() if ahead} == {
        date(2026, 9, 28): three[:3],
        date(2026, 9, 30): three[3:6],
        date(2026, 10, 9): three[6:],
    }


def test_a_warning_says_what_is_lacking_and_how_soon():
    warned = Warned(3, Gap(date(2026, 10, 10), LEADER))
    assert warned.say("zh") == "10月10日（周六）没有带班领导，还有3个工作日"
    assert warned.say("en") == "Saturday 10 October has no leader; 3 working days to go"
    gap = Gap(MON, WINDOW, AFTERNOON)
    assert gap.say("zh") == "11月23日（周一）下午窗口没有人值守"
    assert Warned(1, gap).say("en") == (
        "nobody is at the window on the afternoon of Monday 23 November; 1 working day to go"
    )


def test_what_is_lacking_is_listed_for_today_and_five_service_days():
    roster = roster_of([*full(MON), *full(WED)])
    gaps = RULES.uncovered(roster, MON)
    assert [gap.day.day for gap in gaps if gap.duty is LEADER] == [24, 26, 27, 30]


@given(
    looks=st.lists(st.dates(date(2026, 9, 15), date(2026, 10, 31)), min_size=1, max_size=12),
    lacking=st.sets(st.dates(date(2026, 9, 20), date(2026, 10, 20)), max_size=6),
    own=st.dictionaries(
        st.dates(date(2026, 9, 15), date(2026, 10, 31)),
        st.sampled_from(Opening).map(OwnDay),
        max_size=8,
    ),
)
def test_each_warning_is_told_once_whatever_days_somebody_looks(looks, lacking, own):
    rules = RosterRules(Workdays(own), PEOPLE)
    first, last = date(2026, 9, 1), date(2026, 11, 30)
    days = rules.workdays.between(first, last)
    roster = roster_of(s for one in days if one not in lacking for s in full(one))
    looks = sorted(looks)
    told = [
        warned
        for after, until in zip([first, *looks], [*looks, date(2026, 11, 10)], strict=True)
        for warned in rules.warnings(roster, after, until)
    ]
    lacks = [gap for one in sorted(lacking) for gap in rules.gaps(roster, one)]
    assert len(told) == len(set(told))
    assert set(told) == {Warned(ahead, gap) for ahead in (5, 3, 1) for gap in lacks}


def test_everything_that_is_said_to_staff_has_an_english_sentence():
    root = Path(__file__).resolve().parent.parent / "kiosk"
    said = set()
    for file in ("hall_days", "deadlines", "roster", "roster_rules", "roster_table"):
        text = (root / f"{file}.py").read_text("utf-8")
        quoted = re.findall(
            r'"([^"\n]*[一-鿿][^"\n]*)"', re.sub(r'""".*?"""', "", text, flags=re.S)
        )
        for sentence in quoted:
            for half, duty in (("上午", "值守"), ("下午", "带班")):
                filled = re.sub(r"\{HALF[^}]*\}", half, sentence)
                said.add(re.sub(r"\{DUTY[^}]*\}", duty, filled))
    # What a clerk writes into a table, and what stands above it.
    cells = {"开放", "上班", "休息", "不办公", "上午", "下午", "值守", "带班", "全天"}
    said = {s for s in said if not s.startswith("#")} - cells
    assert len(said) > 25
    assert {s for s in said if s not in spoken("en")} == set()


# --- every week ---


def test_a_weekly_pattern_fills_a_month_but_not_its_closed_days():
    pattern = [
        Weekly(0, MORNING, WINDOW, "social2", SOCIAL.post),
        Weekly(3, AFTERNOON, LEADER, "vice", VICE.post),
        Weekly(5, MORNING, WINDOW, "harbour", HARBOUR.post),
    ]
    shifts = RULES.spread(pattern, date(2026, 10, 1), date(2026, 10, 31))
    # Thursday 1 and Monday 5 are National Day; Saturday 10 is worked, the others are not.
    assert [(s.day.day, s.half, s.login) for s in shifts] == [
        (8, AFTERNOON, "vice"),
        (10, MORNING, "harbour"),
        (12, MORNING, "social2"),
        (15, AFTERNOON, "vice"),
        (19, MORNING, "social2"),
        (22, AFTERNOON, "vice"),
        (26, MORNING, "social2"),
        (29, AFTERNOON, "vice"),
    ]


def test_a_pattern_leaves_closed_halves_and_filled_places_alone():
    rules = RosterRules(Workdays({TUE: OwnDay(Opening.AFTERNOON)}), PEOPLE)
    daily = [Weekly(d, h, WINDOW, "social2", SOCIAL.post) for d in range(7) for h in Half]
    planned = roster_of([shift(MON, MORNING, WINDOW, HARBOUR)])
    shifts = rules.spread(daily, MON, TUE, planned)
    assert [(s.day, s.half) for s in shifts] == [(MON, AFTERNOON), (TUE, AFTERNOON)]
    assert list(rules.faults(enumerate(shifts, 1))) == []


# --- a month as a table ---

TABLE = """# 日期,半天,值守或带班,账号,职务
2026-11-23,上午,值守,social2
2026/11/23,下午,window,harbour,港航海事科科长
2026-11-23,全天,带班,vice,
2026-11-24, morning ,Leader,chief,总审批师
"""
NOVEMBER = date(2026, 11, 1)


def test_a_month_is_read_as_clerk_and_spreadsheet_write_it():
    shifts, faults = read_month(TABLE, NOVEMBER, RULES)
    assert faults == []
    assert shifts == (
        shift(MON, MORNING, WINDOW, SOCIAL),
        Shift(MON, AFTERNOON, WINDOW, "harbour", "港航海事科科长"),
        shift(MON, MORNING, LEADER, VICE),
        shift(MON, AFTERNOON, LEADER, VICE),
        shift(TUE, MORNING, LEADER, CHIEF),
    )


def test_the_table_in_the_docs_can_be_read():
    docs = (Path(__file__).resolve().parent.parent / "docs" / "calendar.md").read_text("utf-8")
    shifts, faults = read_month(next(b for b in docs.split("```") if "账号" in b), NOVEMBER, RULES)
    assert (len(shifts), faults) == (3, [])


def test_a_whole_day_is_the_half_that_is_open():
    rules = RosterRules(Workdays({MON: OwnDay(Opening.MORNING)}), PEOPLE)
    shifts, faults = read_month("2026-11-23,全天,带班,vice\n", NOVEMBER, rules)
    assert (shifts, faults) == ((shift(MON, MORNING, LEADER, VICE),), [])


def test_every_mistake_of_a_month_is_told_with_its_line():
    _, faults = read_month(
        "# 日期\n"
        "2025-11-23,上午,值守,social2\n"
        "soon,上午,值守,social2\n"
        "2026-11-23,晚上,值守,social2\n"
        "2026-11-23,上午,打扫,social2\n"
        "2026-11-23,上午,值守,nobody\n"
        "2026-11-23,下午,值守,inspector\n"
        "2026-11-23,上午,带班,harbour\n"
        "2026-11-28,上午,值守,social2\n"
        "2026-11-24,上午,值守,social2\n"
        "2026-11-24,上午,值守,social2\n"
        "2026-11-24,上午,值守,harbour\n",
        NOVEMBER,
        RULES,
    )
    assert [(fault.line, fault.say("zh")) for fault in faults] == [
        (2, "第一格要写 2026 年 11 月的日期，不是“2025-11-23”"),
        (3, "第一格要写 2026 年 11 月的日期，不是“soon”"),
        (4, "第二格要写 上午、下午 或 全天"),
        (5, "第三格要写 值守 或 带班"),
        (6, "没有账号“nobody”"),
        (7, "派驻纪检监察组不能在窗口值守：要科室或窗口负责人"),
        (8, "港航海事科负责人不是县级干部，不能带班"),
        (9, "11月28日（周六）上午不办公"),
        (11, "“social2”这半天在第 10 行已经有班"),
        (12, "这半天的值守在第 10 行已经有人"),
    ]
    assert faults[0].say("en") == "a date in month 11 of 2026 comes first, not “2025-11-23”"
    assert faults[7].say("en") == "the hall is closed on the morning of Saturday 28 November"


def test_a_month_that_is_no_csv_is_said_kindly():
    _, faults = read_month('2026-11-24,上午,值守,"social2\n', NOVEMBER, RULES)
    assert [fault.line for fault in faults] == [1]


POSTS = st.sampled_from(("=1+1", "@科长", "-")) | st.text(
    st.characters(blacklist_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), min_size=1
)


@given(data=st.data())
def test_a_month_that_goes_out_comes_back_the_same(data):
    days = DAYS.between(date(2026, 9, 20), date(2026, 11, 5))
    places = data.draw(st.sets(st.tuples(st.sampled_from(days), st.sampled_from(Half))))
    shifts = []
    for one, half in places:
        duty, who = data.draw(st.sampled_from(((WINDOW, SOCIAL), (LEADER, VICE))))
        shifts.append(Shift(one, half, duty, who.login, data.draw(POSTS)))
    roster = roster_of(shifts)
    first, last = month_of(date(2026, 10, 17))
    assert (first, last) == (date(2026, 10, 1), date(2026, 10, 31))
    text = write_month(roster, date(2026, 10, 17))
    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []
    found, faults = read_month(text, date(2026, 10, 31), RULES)
    assert faults == []
    assert found == tuple(s for s in roster.shifts if first <= s.day <= last)
    assert roster.planned(first, last, found) == roster
