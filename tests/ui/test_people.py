"""The people page and one's own password: real touches on the desk's window, a real store."""

import pytest
from PySide6.QtCore import QPointF

from db.happening import Appointed, SignInFailed, Unlocked
from db.terms import Ring, Role
from kiosk import staff
from kiosk.staff import SAMPLE_PIN
from kiosk.ui.hands import wait_until
from tests.ui.test_desk import Counter, clipped, overlapping

POST, LOGIN = "岗位（大家看到的称呼）", "账号（拼音或字母）"
NOW, NEW, AGAIN = "现在的密码", "新密码（至少八位，不能只有数字）", "新密码再写一遍"
OWN = "a good password"


@pytest.fixture
def desk(tmp_path, qapp):
    counter = Counter(tmp_path / "desk", "folder:receipts")
    counter.desk._language.attach(counter.view.engine())
    yield counter
    counter.desk.speak("zh")
    counter.close()


def on_the_page(counter, login):
    counter.at_work(login)
    if counter.desk.page != "people":
        counter.hands.tap("人员")
    wait_until(lambda: page(counter).members, "the people")
    return page(counter)


def page(counter):
    return counter.desk.view("people")


def person(counter, login):
    counter.background.wait()
    counter.hands.settle()
    return next(one for one in page(counter).members if one["login"] == login)


def take_on(counter, login="anew", role="值守员"):
    """An administrator takes somebody on: the first password, as it stands on the screen."""
    on_the_page(counter, "admin")
    counter.hands.tap("添一个人")
    counter.retype(LOGIN, login)
    counter.retype(POST, "新来的")
    counter.hands.tap(role)
    counter.hands.tap("记下")
    wait_until(lambda: page(counter).password, "the first password")
    assert page(counter).password in counter.texts()
    return page(counter).password


def change(counter, old, new, again=None):
    for hint, text in ((NOW, old), (NEW, new), (AGAIN, again or new)):
        counter.retype(hint, text)
    counter.desk.view("mine").quiet()
    counter.hands.tap("换密码")
    wait_until(lambda: counter.desk.view("mine").said, "an answer")


# --- accounts ---------------------------------------------------------------------------------


def test_somebody_new_signs_in_once_with_what_the_screen_says_and_then_with_their_own(desk):
    first = take_on(desk)
    assert person(desk, "anew")["marks"] == ["密码是别人给的"]
    desk.hands.tap("退出")
    desk.sign_in("anew", first)
    wait_until(lambda: desk.desk.person, "somebody to be signed in")
    assert desk.sees("这个密码是别人给的")
    change(desk, first, "12345678")
    assert desk.sees("密码不能只有数字")
    change(desk, first, OWN, OWN + "!")
    assert desk.sees("两次写的不一样")
    change(desk, "not it", OWN)
    assert desk.sees("现在的密码不对")
    change(desk, first, OWN)
    wait_until(lambda: not desk.desk.view("mine").given, "a password of one's own")
    assert not desk.sees("这个密码是别人给的")
    assert not staff.sign_in(desk.store, "anew", OWN).given
    with pytest.raises(staff.WrongPin):
        staff.sign_in(desk.store, "anew", first)


def test_a_first_password_is_shown_once(desk):
    first = take_on(desk)
    desk.hands.tap("值班表")
    desk.hands.tap("人员")
    person(desk, "anew")
    assert first not in desk.texts()
    desk.hands.tap("anew")
    desk.background.wait()
    assert first not in desk.texts()
    desk.hands.tap("退出")
    assert page(desk).password == ""
    assert page(desk).members == []


def test_an_account_that_is_there_is_not_taken_by_somebody_new(desk):
    on_the_page(desk, "admin")
    desk.hands.tap("添一个人")
    desk.retype(LOGIN, "handler")
    desk.retype(POST, "另一个")
    desk.hands.tap("值守员")
    desk.hands.tap("记下")
    desk.wait_for_words("已经有这个账号了。")
    assert person(desk, "handler")["post"] == "社会保险科 承办人"


def test_an_administrator_changes_what_somebody_is(desk):
    on_the_page(desk, "admin")
    desk.hands.tap("handler")
    desk.retype(POST, "社会保险科 副科长")
    desk.hands.tap("科室负责人")
    desk.hands.tap("社保经办窗口")
    desk.hands.tap("记下")
    desk.wait_for_words("记下了。")
    found = desk.store.people().person("handler")
    assert (found.post, found.role, found.department) == ("社会保险科 副科长", Role.HEAD, "SI")
    assert len(found.windows) == 1


def test_letting_somebody_go_is_asked_twice(desk):
    on_the_page(desk, "admin")
    desk.hands.tap("desk")
    desk.hands.tap("办离岗")
    assert desk.store.people().person("desk")
    desk.hands.tap("算了")
    assert "确定离岗" not in desk.labels()
    desk.hands.tap("办离岗")
    desk.hands.tap("确定离岗")
    desk.wait_for_words("离岗了")
    assert desk.store.people().person("desk") is None
    wait_until(lambda: desk.sees("离岗的人知道“联系方式”的钥匙"), "the hint to renew the key")


def test_the_hall_keeps_an_administrator(desk):
    on_the_page(desk, "admin")
    desk.hands.tap("admin")
    assert "办离岗" not in desk.labels()
    desk.hands.tap("审计")
    desk.hands.tap("记下")
    desk.wait_for_words("大厅至少要有一名管理员")


# --- locks and keys ---------------------------------------------------------------------------


def test_a_coordinator_unlocks_and_changes_nothing_else(desk):
    for _ in range(5):
        desk.store.append_hall("staff:desk", SignInFailed("desk"))
    on_the_page(desk, "coordinator")
    assert person(desk, "desk")["marks"] == ["锁着"]
    desk.hands.tap("desk")
    assert not {"办离岗", "记下", "给一个新的初始密码", "添一个人"} & set(desk.labels())
    desk.hands.tap("解锁")
    desk.wait_for_words("解锁了")
    assert staff.sign_in(desk.store, "desk", SAMPLE_PIN)


def test_whoever_holds_a_key_gives_it_to_who_lacks_it_and_renews_it(desk):
    first = take_on(desk)
    badge = staff.sign_in(desk.store, "anew", first)
    staff.change_password(desk.store, badge, first, OWN)
    desk.hands.tap("退出")
    on_the_page(desk, "coordinator")
    desk.hands.tap("anew")
    desk.hands.tap("给“联系方式”的钥匙")
    desk.wait_for_words("钥匙给了")
    assert len(staff.sign_in(desk.store, "anew", OWN).keys(desk.store.people())) == 1
    old = desk.store.people().key(Ring.CONTACT)
    desk.hands.tap("换一把新钥匙")
    assert desk.store.people().key(Ring.CONTACT) == old
    desk.hands.tap("确定换“联系方式”的钥匙")
    desk.wait_for_words("新钥匙换好了")
    assert desk.store.people().key(Ring.CONTACT) != old
    assert len(staff.sign_in(desk.store, "anew", OWN).keys(desk.store.people())) == 2


# --- one's own --------------------------------------------------------------------------------


def test_a_short_pin_is_set_used_and_turned_off(desk):
    desk.at_work("desk")
    mine = desk.desk.view("mine")
    mine.change(SAMPLE_PIN, OWN, OWN)
    wait_until(lambda: mine.good, "the password to be changed")
    mine.setPin(OWN, "123456")
    wait_until(lambda: "太好猜" in mine.said, "the refusal")
    mine.setPin(OWN, "739184")
    wait_until(lambda: mine.pin, "the PIN")
    desk.hands.tap("退出")
    desk.sign_in("desk", "739184")
    wait_until(lambda: desk.desk.person, "the PIN to be taken")
    wait_until(lambda: mine.pin, "what is said of it")
    desk.hands.tap("督查指导科 值守员")
    desk.hands.tap("停用短密码")
    wait_until(lambda: not mine.pin, "the PIN to be off")
    desk.hands.tap("关上")
    desk.hands.tap("退出")
    desk.sign_in("desk", "739184")
    desk.wait_for_words("账号或密码不对")


def test_nobody_finds_what_the_one_before_typed(desk):
    desk.at_work("desk")
    desk.hands.tap("督查指导科 值守员")
    desk.retype(NOW, SAMPLE_PIN)
    desk.hands.tap("退出")
    desk.at_work("leader")
    assert "换密码" not in desk.labels()
    desk.hands.tap("副局长 带班领导")
    assert desk.field(NOW).property("text") == ""


def test_nothing_below_the_password_is_touched(desk):
    case, _ = desk.told()
    desk.at_work("desk")
    wait_until(lambda: desk.lines, "the worklist")
    line = desk.hands.find(case.number)
    desk.hands.tap("督查指导科 值守员")
    desk.hands.touch(line.mapToScene(QPointF(line.width() / 2, line.height() / 2)).toPoint())
    for _ in range(2):
        desk.background.wait()
        desk.hands.settle()
    assert desk.case == {}
    desk.hands.tap("关上")
    desk.hands.tap(case.number)
    wait_until(lambda: desk.case.get("number") == case.number, "the case to be open")


# --- the log ----------------------------------------------------------------------------------


def test_an_auditor_reads_the_log_and_changes_nobody(desk):
    case, _ = desk.told()
    on_the_page(desk, "auditor")
    wait_until(lambda: desk.sees(case.number), "the case's number")
    assert desk.sees("审计科 · auditor")
    assert not desk.sees(case.feedback.words)
    desk.hands.tap("名单")
    desk.hands.tap("handler")
    shown = {"人员", "操作记录", "名单", "退出", "English", "审计科"}
    logins = {one["login"] for one in page(desk).members}
    assert set(desk.labels()) - logins == shown


# --- nothing is clipped -----------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_is_clipped_on_the_page_nor_in_ones_own_password(desk, language):
    desk.told()
    wrong = []

    def look(where):
        desk.background.wait()
        wrong.extend(clipped(desk, where))

    desk.desk.speak(language)
    for login in ("admin", "coordinator", "auditor"):
        desk.desk.signIn(login, SAMPLE_PIN)
        wait_until(lambda: desk.desk.person, "somebody to be signed in")
        desk.desk.turn("people")
        look(login)
        for chosen in ("handler", "desk", login, "new"):
            if chosen != "new" or login == "admin":
                page(desk).choose(chosen)
                look(f"{login} {chosen}")
        wrong.extend(f"{login}: {one} on {other}" for one, other in overlapping(desk))
        desk.hands.tap(desk.desk.person)
        look("my own")
        desk.desk.signOut()
    assert wrong == []


# --- the list stands still --------------------------------------------------------------------


def test_the_list_stays_where_it_is_while_somebody_is_opened_and_news_arrives(desk):
    for number in range(8):
        desk.store.append_hall("staff", Appointed("admin", f"clerk{number}", "值守员", Role.CLERK))
    on_the_page(desk, "admin")
    desk.background.wait()
    people = desk.list()
    wait_until(lambda: people.property("count") == 17, "all of them")
    desk.scroll(people, by=300)
    before = people.property("contentY")
    low = next(i for i in desk.labels() if i.startswith("inspector"))
    desk.hands.tap(low)
    desk.store.append_hall("staff:desk", SignInFailed("desk"))
    desk.desk.refresh()
    desk.background.wait()
    desk.hands.settle()
    assert people.property("contentY") == pytest.approx(before, abs=1)
    assert page(desk).open == "inspector"


def test_an_auditor_looks_further_back_and_at_the_newest_again(desk):
    for _ in range(60):
        desk.store.append_hall("staff:desk", SignInFailed("desk"), Unlocked("admin", "desk"))
    on_the_page(desk, "auditor")
    log = page(desk)
    wait_until(lambda: len(log.traces) == 100, "the newest")
    first = log.traces[0]
    desk.hands.tap("再往前")
    wait_until(lambda: log.traces[0] != first, "what was before")
    assert any(one["what"] == "任用、改岗位" for one in log.traces)
    desk.hands.tap("看最新的")
    wait_until(lambda: log.traces[0] == first, "the newest again")
