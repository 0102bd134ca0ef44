"""The duty roster: who is there, who may be, swaps, gaps told ahead, a month as a table."""

import csv
import io
import json
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.app import SAMPLE
from kiosk.catalogue import load
from kiosk.hall_days import Half, Opening, OwnDay
from kiosk.roster import NOBODY, DutyRole, Roster, Shift, Swap, SwapRefused, roster_of
from kiosk.roster_rules import (
    WINDOW_ROLES,
    Gap,
    Member,
    RosterRules,
    Warned,
    Weekly,
    roles_in,
)
from kiosk.roster_table import month_of, read_month, write_month
from kiosk.settings import SETTINGS
from kiosk.workdays import Workdays

MORNING, AFTERNOON = Half
WINDOW, LEADER = DutyRole

SOCIAL = Member("social2", "社会事务二科负责人", "head")
HARBOUR = Member("harbour", "港航海事科负责人", "head")
VICE = Member("vice", "副局长", "leader", leads=True)
CHIEF = Member("chief", "总审批师", "leader", leads=True)
INSPECTOR = Member("inspector", "派驻纪检监察组", "inspector")
PEOPLE = {one.login: one for one in (SOCIAL, HARBOUR, VICE, CHIEF, INSPECTOR)}
DAYS = Workdays()
RULES = RosterRules(DAYS, PEOPLE)
#: Monday to Wednesday of one week.
MON, TUE, WED = (date(2026, 11, 23) + timedelta(days=n) for n in range(3))


def shift(day, half, role, who):
    return Shift(day, half, role, who.login, who.post)


def full(day, window=SOCIAL, leader=VICE):
    """Every shift of a day that is open from morning to evening."""
    return [shift(day, half, role, who) for half in Half for role, who in
            ((WINDOW, window), (LEADER, leader))]  # fmt: skip


@pytest.fixture(scope="module")
def catalogue():
    return load(Path(SAMPLE))


# --- who is there ---


def test_the_shifts_of_a_half_day_say_who_is_at_the_window_and_who_leads():
    roster = roster_of([*full(MON), *full(TUE, HARBOUR, CHIEF)])
    assert [s.login for s in roster.on(MON, MORNING, WINDOW)] == ["social2"]
    assert [s.login for s in roster.on(TUE, AFTERNOON, LEADER)] == ["chief"]
    assert roster.on(WED, MORNING, WINDOW) == ()
    assert roster.leads("vice", MON) and not roster.leads("vice", TUE)
    assert not roster.leads("social2", MON)


@pytest.mark.parametrize(
    ("now", "window", "leader"),
    [
        ("2026-11-23 08:00", "社会事务二科负责人", "副局长"),
        ("2026-11-23 12:00", "港航海事科负责人", "总审批师"),  # at noon, who comes next
        ("2026-11-23 17:00", "社会事务二科负责人", "总审批师"),  # Tuesday; its afternoon's leader
        ("2026-11-22 10:00", "社会事务二科负责人", "副局长"),  # Sunday: Monday morning
        # Wednesday stands in the weekly roster of the sample hall alone.
        ("2026-11-25 10:00", "社会事务二科负责人", "局长"),
        ("2026-11-25 13:00", "港航海事科负责人", "局长"),
    ],
)
def test_the_duty_of_a_moment_is_that_of_the_half_day_or_of_the_weekly_roster(
    catalogue, now, window, leader
):
    roster = roster_of(
        [
            shift(MON, MORNING, WINDOW, SOCIAL),
            shift(MON, MORNING, LEADER, VICE),
            shift(MON, AFTERNOON, WINDOW, HARBOUR),
            shift(MON, AFTERNOON, LEADER, CHIEF),
            shift(TUE, MORNING, WINDOW, SOCIAL),
            shift(TUE, AFTERNOON, LEADER, CHIEF),
        ]
    )
    duty = roster.duty_at(datetime.fromisoformat(now), DAYS, catalogue)
    assert (duty.window_post.say("zh"), duty.leader_post.say("zh")) == (window, leader)


def test_without_a_dated_roster_the_weekly_one_is_shown_in_every_half_day(catalogue):
    for hours in range(5 * 24):
        now = datetime(2026, 11, 23) + timedelta(hours=hours)
        day, half = DAYS.half_at(now)
        weekly = next(
            d
            for d in catalogue.roster
            if (d.weekday, d.afternoon) == (day.weekday(), half is AFTERNOON)
        )
        assert NOBODY.duty_at(now, DAYS, catalogue) == weekly


def test_a_post_is_said_in_the_languages_the_catalogue_knows_it_in(catalogue):
    roster = roster_of([shift(MON, MORNING, WINDOW, HARBOUR), shift(MON, MORNING, LEADER, VICE)])
    duty = roster.duty_at(datetime(2026, 11, 23, 9), DAYS, catalogue)
    assert duty.window_post.say("en") == "Head of ports and navigation"
    assert (duty.weekday, duty.afternoon) == (0, False)
    other = replace_post(roster, "新来的科长")
    duty = other.duty_at(datetime(2026, 11, 23, 9), DAYS, catalogue)
    assert duty.window_post.say("en") == duty.window_post.say("zh") == "新来的科长"


def replace_post(roster, post):
    first, *others = roster.shifts
    return Roster((Shift(first.day, first.half, first.role, first.login, post), *others))


def test_of_two_at_the_window_the_one_named_first_is_shown(catalogue):
    for two in ((SOCIAL, HARBOUR), (HARBOUR, SOCIAL)):
        roster = roster_of(shift(MON, MORNING, WINDOW, who) for who in two)
        duty = roster.duty_at(datetime(2026, 11, 23, 9), DAYS, catalogue)
        assert duty.window_post.say("zh") == two[0].post


# --- planning anew, swapping ---


def test_days_planned_anew_replace_their_shifts_alone():
    roster = roster_of([*full(MON), *full(TUE), *full(WED)])
    fresh = full(TUE, HARBOUR, CHIEF)
    planned = roster.planned(TUE, TUE, [*fresh, *full(date(2026, 12, 1))])
    assert planned.shifts == (*full(MON), *fresh, *full(WED))


def test_a_shift_handed_to_a_stand_in_keeps_both_names_on_record():
    roster = roster_of(full(MON))
    given = shift(MON, MORNING, WINDOW, SOCIAL)
    swap = Swap(given, "harbour", HARBOUR.post, "开会")
    swapped = roster.swapped(swap)
    assert [s.login for s in swapped.on(MON, MORNING, WINDOW)] == ["harbour"]
    assert [s.login for s in swapped.on(MON, AFTERNOON, WINDOW)] == ["social2"]
    assert swapped.history(MON) == (swap,) and swapped.history(TUE) == ()
    assert (swap.given.login, swap.login, swap.reason) == ("social2", "harbour", "开会")
    assert roster.swaps == ()


def test_two_people_exchange_their_shifts():
    roster = roster_of([*full(MON), *full(TUE, HARBOUR, CHIEF)])
    mine, theirs = shift(MON, MORNING, LEADER, VICE), shift(TUE, MORNING, LEADER, CHIEF)
    swapped = roster.swapped(Swap(mine, "chief", CHIEF.post, "出差", back=theirs))
    assert [s.login for s in swapped.on(MON, MORNING, LEADER)] == ["chief"]
    assert [s.login for s in swapped.on(TUE, MORNING, LEADER)] == ["vice"]
    assert len(swapped.shifts) == len(roster.shifts)
    assert swapped.history(MON) == swapped.history(TUE) != ()
    assert swapped.leads("chief", MON) and swapped.leads("vice", TUE)


def test_of_two_desks_that_swap_the_same_shift_the_first_counts_and_the_second_is_told():
    given = shift(MON, MORNING, WINDOW, SOCIAL)
    first = Swap(given, "harbour", HARBOUR.post, "开会")
    second = Swap(given, "vice", VICE.post, "生病")
    roster = roster_of(full(MON), [first, second])
    assert [s.login for s in roster.on(MON, MORNING, WINDOW)] == ["harbour"]
    assert (roster.swaps, roster.refused) == ((first,), (second,))


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
    with pytest.raises(SwapRefused, match=says):
        roster.after(swap)
    assert says in RULES.swap_fault(roster, swap)
    assert roster.swapped(swap).shifts == roster.shifts


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
    found = RULES.swap_fault(roster_of(full(MON)), Swap(given, who.login, who.post, "开会"))
    assert found == "" if not says else says in found


def test_who_gets_a_shift_back_must_be_allowed_there_too():
    roster = roster_of([shift(MON, MORNING, WINDOW, SOCIAL), shift(TUE, MORNING, LEADER, CHIEF)])
    rules = RosterRules(DAYS, PEOPLE, frozenset(("head", "leader")))
    back = shift(TUE, MORNING, LEADER, CHIEF)
    swap = Swap(GIVEN, "chief", CHIEF.post, "开会", back)
    assert "社会事务二科负责人不是县级干部" in rules.swap_fault(roster, swap)


def test_shifts_and_swaps_go_through_an_event_as_plain_texts():
    given, back = shift(MON, MORNING, WINDOW, SOCIAL), shift(TUE, AFTERNOON, WINDOW, HARBOUR)
    for swap in (
        Swap(given, "harbour", HARBOUR.post, "开会"),
        Swap(given, "harbour", HARBOUR.post, "开会", back),
    ):
        assert all(type(text) is str for text in (*swap.plain(), *given.plain()))
        assert Swap.of(tuple(json.loads(json.dumps(swap.plain())))) == swap
    assert Shift.of(json.loads(json.dumps(given.plain()))) == given
    with pytest.raises(ValueError):
        Shift.of(("2026-11-23", "night", "window", "social2", "x"))


# --- who may be ---


@pytest.mark.parametrize(
    ("told", "zh"),
    [
        (shift(MON, MORNING, WINDOW, SOCIAL), ""),
        (shift(MON, MORNING, LEADER, VICE), ""),
        (shift(MON, MORNING, WINDOW, VICE), "副局长不能在窗口值守"),
        (shift(MON, MORNING, WINDOW, INSPECTOR), "派驻纪检监察组不能在窗口值守"),
        (shift(MON, MORNING, LEADER, SOCIAL), "不是县级干部"),
        (Shift(MON, MORNING, WINDOW, "nobody", "某职务"), "没有账号“nobody”"),
        (Shift(MON, MORNING, WINDOW, "social2", " "), "要写职务"),
        (shift(date(2026, 11, 28), MORNING, WINDOW, SOCIAL), "11月28日（周六）上午不办公"),
        (shift(date(2026, 10, 1), MORNING, WINDOW, SOCIAL), "不办公"),
        (shift(date(2026, 10, 10), MORNING, WINDOW, SOCIAL), ""),  # a make-up Saturday
    ],
)
def test_only_heads_stand_at_the_window_and_only_county_rank_leads(told, zh):
    found, english = RULES.fault(told)
    assert found == "" if not zh else zh in found
    assert bool(found) == bool(english)


def test_a_hall_says_which_roles_may_stand_at_the_window():
    default = next(str(s.default) for s in SETTINGS if s.name == "roster_roles")
    assert roles_in(default) == WINDOW_ROLES
    assert roles_in(" head , leader,") == {"head", "leader"}
    strict = RosterRules(DAYS, PEOPLE, roles_in("clerk"))
    assert "不能在窗口值守" in strict.fault(shift(MON, MORNING, WINDOW, SOCIAL))[0]


# --- covered or not ---


def test_a_day_lacks_a_leader_or_somebody_at_the_window_half_by_half():
    half_day = RosterRules(Workdays({TUE: OwnDay(Opening.MORNING)}), PEOPLE)
    assert half_day.gaps(NOBODY, TUE) == (Gap(TUE, LEADER), Gap(TUE, WINDOW, MORNING))
    assert half_day.gaps(NOBODY, date(2026, 11, 28)) == ()
    one = roster_of([shift(MON, AFTERNOON, LEADER, VICE), shift(MON, AFTERNOON, WINDOW, SOCIAL)])
    assert RULES.gaps(one, MON) == (Gap(MON, WINDOW, MORNING),)
    assert RULES.gaps(roster_of(full(MON)), MON) == ()


def test_somebody_who_may_no_longer_lead_covers_nothing():
    people = PEOPLE | {"vice": Member("vice", VICE.post, "leader", leads=False)}
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
    assert warned.said == "10月10日（周六）没有带班领导，还有3个工作日"
    assert Gap(MON, WINDOW, AFTERNOON).said == "11月23日（周一）下午窗口没有人值守"


def test_what_is_lacking_is_listed_for_today_and_five_service_days():
    roster = roster_of([*full(MON), *full(WED)])
    gaps = RULES.uncovered(roster, MON)
    assert [gap.day.day for gap in gaps if gap.role is LEADER] == [24, 26, 27, 30]


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
    assert list(rules.faults(enumerate(shifts))) == []


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
        "2026-12-01,上午,值守,social2\n"
        "soon,上午,值守,social2\n"
        "2026-11-23,晚上,值守,social2\n"
        "2026-11-23,上午,打扫,social2\n"
        "2026-11-23,上午,值守,nobody\n"
        "2026-11-23,上午,值守,inspector\n"
        "2026-11-23,上午,带班,harbour\n"
        "2026-11-28,上午,值守,social2\n"
        "2026-11-24,上午,值守,social2\n"
        "2026-11-24,上午,值守,social2\n",
        NOVEMBER,
        RULES,
    )
    assert [(fault.line, fault.zh) for fault in faults] == [
        (2, "第一格要写2026年11月的日期，不是“2026-12-01”"),
        (3, "第一格要写2026年11月的日期，不是“soon”"),
        (4, "第二格要写 上午、下午 或 全天"),
        (5, "第三格要写 值守 或 带班"),
        (6, "没有账号“nobody”"),
        (7, "派驻纪检监察组不能在窗口值守：要科室或窗口负责人"),
        (8, "港航海事科负责人不是县级干部，不能带班"),
        (9, "11月28日（周六）上午不办公"),
        (11, "“social2”这半天在第 10 行已经有班"),
    ]
    assert all(fault.en for fault in faults)


def test_a_month_that_is_no_csv_is_said_kindly():
    _, faults = read_month('2026-11-24,上午,值守,"social2\n', NOVEMBER, RULES)
    assert [fault.line for fault in faults] == [1]


POSTS = st.sampled_from(("=1+1", "@科长", "-")) | st.text(
    st.characters(blacklist_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), min_size=1
)


@given(data=st.data())
def test_a_month_that_goes_out_comes_back_the_same(data):
    days = [d for d in DAYS.between(date(2026, 9, 20), date(2026, 11, 5))]
    places = data.draw(st.sets(st.tuples(st.sampled_from(days), st.sampled_from(Half))))
    shifts = []
    for one, half in places:
        who = data.draw(st.sampled_from((SOCIAL, VICE)))
        role = LEADER if who is VICE else WINDOW
        shifts.append(Shift(one, half, role, who.login, data.draw(POSTS)))
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
