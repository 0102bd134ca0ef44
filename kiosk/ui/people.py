"""The people page: who works here, how their accounts stand, who holds which key; the log."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from db.hall import RING_ROLES, Hall, Person
from db.terms import ROLE_WORDS, Ring, Role
from db.trail import Trace
from kiosk.casework import Casework
from kiosk.catalogue import Catalogue
from kiosk.personnel import Member, Personnel
from kiosk.ui.background import Runner
from kiosk.ui.casevalues import HAPPENED
from kiosk.ui.language import Language
from kiosk.ui.pages import DeskPage
from kiosk.words import say

QML_IMPORT_NAME = "Zhaocha"
QML_IMPORT_MAJOR_VERSION = 1

NEW = "new"
RING_WORDS = {Ring.CONTACT: "联系方式", Ring.INTEGRITY: "廉政件"}
#: What happens in the hall and to no case.
HALL_HAPPENED = {
    "Called": "叫人帮忙",
    "Came": "去帮忙",
    "Appointed": "任用、改岗位",
    "Dismissed": "离岗",
    "Enrolled": "设密码",
    "KeyMade": "换新钥匙",
    "KeyGranted": "给钥匙",
    "SignedIn": "登录",
    "SignInFailed": "密码不对",
    "Unlocked": "解锁",
    "Rostered": "排班",
    "Improved": "改台账",
}


@QmlElement
class People(DeskPage):
    """Everybody, one of them open; for an auditor the log beside it."""

    changed = Signal()
    #: The log is long: it is told apart from everything else.
    traced = Signal()
    done = Signal()

    def __init__(
        self,
        personnel: Callable[[Casework], Personnel],
        catalogue: Catalogue,
        background: Runner,
        language: Language,
        tell: Callable[[str], None],
        why: Callable[[Exception], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._make = personnel
        self._catalogue = catalogue
        self._background = background
        self._language = language
        self._tell = tell
        self._why = why
        #: The language and the people that the log was last told with.
        self._named: tuple[str, list[Person]] = ("", [])
        self._forget()

    def _forget(self) -> None:
        self._personnel: Personnel | None = None
        self._members: list[Member] = []
        self._rings: tuple[Ring, ...] = ()
        self._exposed: tuple[Ring, ...] = ()
        self._traces: list[Trace] = []
        self._more = False
        self._open = ""
        self._password = ""

    def signed(self, work: Casework | None) -> None:
        self._forget()
        self._personnel = self._make(work) if work is not None else None
        self.changed.emit()
        self.traced.emit()

    def refresh(self) -> None:
        who = self._personnel
        if who is None:
            return
        self._background.run(
            lambda: (who.members(), who.rings(), who.exposed()),
            lambda found: self._read(who, *found),
            self._why,
        )

    def _read(
        self,
        who: Personnel,
        members: list[Member],
        rings: tuple[Ring, ...],
        exposed: tuple[Ring, ...],
    ) -> None:
        if who is not self._personnel:
            return
        self._members, self._rings, self._exposed = members, rings, exposed
        self.changed.emit()
        named = (self._language.current, [m.person for m in members])
        if named != self._named:
            self._named = named
            self.traced.emit()

    # --- what is shown ------------------------------------------------------------------------

    @Property(list, notify=changed)
    def members(self) -> list[dict[str, Any]]:
        return [self._shown(member) for member in self._members]

    @Property(str, notify=changed)
    def open(self) -> str:
        """Whose account is open; "new" for somebody who is being taken on."""
        return self._open

    @Property(str, notify=changed)
    def password(self) -> str:
        """The first password of whoever is open, until another page or person is turned to."""
        return self._password

    @Property(bool, notify=changed)
    def manages(self) -> bool:
        """Whether this person takes people on and lets them go."""
        return self._is(Role.ADMINISTRATOR)

    @Property(bool, notify=changed)
    def unlocks(self) -> bool:
        return self._is(Role.ADMINISTRATOR, Role.COORDINATOR)

    @Property(bool, notify=changed)
    def audits(self) -> bool:
        """Whether this person reads the log."""
        return self._is(Role.AUDITOR)

    @Property(str, notify=changed)
    def me(self) -> str:
        return self._personnel.person.login if self._personnel else ""

    @Property(list, notify=changed)
    def rings(self) -> list[dict[str, Any]]:
        """The rings whose key this person holds, and whether it should be renewed."""
        return [
            {
                "code": ring.value,
                "name": self._say(RING_WORDS[ring]),
                "exposed": ring in self._exposed,
                "renews": self._is(*RING_ROLES[ring] - {Role.CLERK}),
            }
            for ring in self._rings
        ]

    @Property(list, notify=changed)
    def warnings(self) -> list[str]:
        """What somebody should see to."""
        names = (self._say(RING_WORDS[ring]) for ring in self._exposed)
        return [
            self._say("离岗的人知道“%1”的钥匙，请拿钥匙的人换一把新的。", name) for name in names
        ]

    @Property(list, notify=changed)
    def roles(self) -> list[dict[str, str]]:
        return [{"code": role.value, "name": self._say(ROLE_WORDS[role])} for role in Role]

    @Property(list, notify=changed)
    def departments(self) -> list[dict[str, str]]:
        spoken = self._language.current
        return [{"code": d.code, "name": d.name.say(spoken)} for d in self._catalogue.departments]

    @Slot(str, result=list)
    def windows(self, department: str) -> list[dict[str, str]]:
        """The windows of a department; all of them without one."""
        spoken = self._language.current
        return [
            {"code": w.code, "name": w.name.say(spoken)}
            for w in self._catalogue.service_windows
            if department in ("", w.department)
        ]

    @Property(list, notify=traced)
    def traces(self) -> list[dict[str, str]]:
        """The log, the newest first."""
        posts = {m.person.login: m.person.post for m in self._members}
        return [self._trace(trace, posts) for trace in self._traces]

    @Property(bool, notify=traced)
    def more(self) -> bool:
        """Whether there may be older."""
        return self._more

    def _shown(self, member: Member) -> dict[str, Any]:
        person = member.person
        spoken = self._language.current
        windows = {w.code: w.name.say(spoken) for w in self._catalogue.service_windows}
        at = {d.code: d.name.say(spoken) for d in self._catalogue.departments}
        about = (
            person.login,
            self._say(ROLE_WORDS[person.role]),
            at.get(person.department, person.department),
            self._say("、").join(windows.get(code, code) for code in person.windows),
            self._say("带班") if person.leads else "",
        )
        marks = [
            ("锁着", member.locked),
            ("还没有密码", not member.enrolled),
            ("密码是别人给的", member.given),
        ]
        return {
            "login": person.login,
            "post": person.post,
            "role": person.role.value,
            "about": " · ".join(part for part in about if part),
            "department": person.department,
            "windows": list(person.windows),
            "leads": person.leads,
            "locked": member.locked,
            "enrolled": member.enrolled,
            "marks": [self._say(mark) for mark, so in marks if so],
            "holds": [self._say("有钥匙：%1", self._say(RING_WORDS[r])) for r in member.holds],
            "wants": [
                {"code": r.value, "name": self._say("给“%1”的钥匙", self._say(RING_WORDS[r]))}
                for r in member.lacks
                if r in self._rings and member.enrolled and not member.given
            ],
        }

    def _trace(self, trace: Trace, posts: dict[str, str]) -> dict[str, str]:
        rings = {ring.value: self._say(words) for ring, words in RING_WORDS.items()}
        about = " · ".join(rings.get(part, part) for part in trace.about.split())
        what = {**HAPPENED, **HALL_HAPPENED}.get(trace.what, trace.what)
        by = posts.get(trace.by, "")
        return {
            "at": f"{datetime.fromtimestamp(trace.at_ms / 1000):%Y-%m-%d %H:%M}",
            "who": f"{by} · {trace.by}" if by else trace.by or self._say("市民"),
            "what": self._say(what),
            "number": trace.number or about,
        }

    def _is(self, *roles: Role) -> bool:
        return self._personnel is not None and self._personnel.person.role in roles

    def _say(self, text: str, *args: object) -> str:
        return say(text, self._language.current, *args)

    # --- deeds --------------------------------------------------------------------------------

    @Slot()
    def enter(self) -> None:
        """Whoever comes to the page finds nobody open and no password on it."""
        self._open = self._password = ""
        self.changed.emit()
        if self.audits:
            self.newest()

    @Slot(str)
    def choose(self, login: str) -> None:
        """Open somebody, or nobody again."""
        self._open = "" if login == self._open else login
        self._password = ""
        self.changed.emit()

    @Slot(str, dict)
    def keep(self, login: str, values: dict[str, Any]) -> None:
        """Take somebody on, or change what they are; somebody new gets a first password."""
        new = self._open == NEW
        if new and any(member.person.login == login for member in self._members):
            self._tell(self._say("已经有这个账号了。"))
            return
        person = Person(
            login.strip(),
            str(values["post"]).strip(),
            Role(values["role"]),
            str(values["department"]),
            tuple(values["windows"]),
            bool(values["leads"]),
        )

        def kept(who: Personnel) -> str:
            who.appoint(person)
            return who.give_password(person.login) if new else ""

        self._do(kept, self._say("记下了。"), lambda given: self._given(person.login, given))

    @Slot()
    def dismiss(self) -> None:
        """They work here no more."""
        login = self._open
        self._do(lambda who: who.dismiss(login), self._say("离岗了，账号停了。"), self._closed)

    @Slot()
    def givePassword(self) -> None:
        """A first password, shown once."""
        login = self._open
        self._do(lambda who: who.give_password(login), "", lambda given: self._given(login, given))

    @Slot()
    def unlock(self) -> None:
        login = self._open
        self._do(lambda who: who.unlock(login), self._say("解锁了，可以再试。"))

    @Slot(str)
    def grant(self, ring: str) -> None:
        """Give a ring's key to whoever is open."""
        login = self._open
        self._do(lambda who: who.grant(login, Ring(ring)), self._say("钥匙给了，下次登录起能用。"))

    @Slot(str)
    def newKey(self, ring: str) -> None:
        """A new key of a ring, for all who may hold it."""
        said = self._say("新钥匙换好了，大家下次登录起能用。")
        self._do(lambda who: who.new_key(Ring(ring)), said)

    @Slot()
    def newest(self) -> None:
        """The newest of the log; it stands still while somebody reads it."""
        self._look_back(None)

    @Slot()
    def older(self) -> None:
        """Further back in the log."""
        if self._traces:
            self._look_back(self._traces[-1].clock)

    def _look_back(self, before: int | None) -> None:
        who = self._personnel
        if who is None:
            return

        def found(traces: list[Trace]) -> None:
            if who is self._personnel:
                self._more = bool(traces)
                self._traces = traces or self._traces
                self.traced.emit()

        self._background.run(lambda: who.trail(before), found, self._why)

    def _do(
        self,
        deed: Callable[[Personnel], Any],
        said: str,
        then: Callable[[Any], None] = lambda _: None,
    ) -> None:
        who = self._personnel
        if who is None:
            return

        def finished(result: Hall | str) -> None:
            if who is not self._personnel:
                return
            then(result)
            self._tell(said)
            self.done.emit()
            self.refresh()

        self._background.run(lambda: deed(who), finished, self._why)

    def _given(self, login: str, password: str) -> None:
        self._open, self._password = login, password
        self.changed.emit()

    def _closed(self, _: Hall) -> None:
        self._open = ""
        self.changed.emit()
