"""The desk's papers: letters, notices, slips and lists, made from cases and printed in the office.

Receipts and guide slips go to the receipt printer; what is A4 or A5 to the office's own.
"""

from dataclasses import dataclass
from datetime import date, datetime

from db.case import Case
from db.event import Head, clock_ms
from db.hall import Hall
from db.happening import Approved, Proposed
from db.lists import Call, CaseLine
from db.terms import RESULT_WORDS, STATE_WORDS
from db.verify import ON_PAPER
from kiosk.catalogue import Catalogue
from kiosk.paper import handover, letter, no_list, notice, record_slip
from kiosk.words import say
from kiosk.workdays import Workdays


@dataclass(frozen=True, slots=True)
class Stationery:
    """Draws each paper as a PDF, in the language of whoever will read it."""

    catalogue: Catalogue
    workdays: Workdays

    def letter(self, case: Case, day: date, address: str) -> bytes:
        """答复单: the result and the reply, in the citizen's language."""
        language = case.feedback.language
        made = letter.letter_of(case, self.catalogue, language, day=day, address=address)
        return letter.draw(made)

    def notice(self, case: Case, missing: tuple[str, ...], day: date, post: str) -> bytes:
        """一次性告知单: what is still missing, where, how, when (R-39)."""
        language, hall, said = case.feedback.language, self.catalogue.hall, case.feedback
        outcome = case.outcome or (case.proposed.outcome if case.proposed else None)
        item = next((i for i in self.catalogue.service_items if i.code == said.service_item), None)
        code = said.service_window or (item.service_window if item else "")
        window = next((w for w in self.catalogue.service_windows if w.code == code), None)
        place = f"{window.place.say(language)} · {window.name.say(language)}" if window else ""
        named = outcome.where if outcome and outcome.where.whole else None
        return notice.draw(
            notice.Notice(
                hall=hall.name.say(language),
                number=case.number,
                day=day,
                item=item.name.say(language) if item else place,
                missing=missing,
                where=named.place if named else place or hall.address.say(language),
                how=named.how if named else (item.how.say(language) if item else ""),
                hours=hall.hours.say(language),
                phone=hall.phone,
                hotline=hall.hotline,
                post=post,
                instead=say("帮办代办 · 预约 · 延时 · 复印 · 邮寄", language),
                language=language,
            )
        )

    def record_slips(self, language: str) -> bytes:
        """Two blank 找茬记录单 on an A4 sheet."""
        return record_slip.draw_two(self.catalogue, language)

    def handover(
        self,
        lines: list[CaseLine],
        calls: list[Call],
        hall: Hall,
        now: datetime,
        machines: tuple[handover.Machine, ...],
        leader: str,
        heads: dict[str, Head],
        language: str,
    ) -> bytes:
        """交接单: what whoever comes next has to know, and the newest hash of every device."""
        today = now.date().isoformat()
        return handover.draw(
            handover.Handover(
                hall=self.catalogue.hall.name.say(language),
                day=now.date(),
                shift=say("上午" if now.hour < 13 else "下午", language),
                leader=leader,
                open_cases=tuple(
                    handover.OpenCase(
                        line.number,
                        self._about(line, language),
                        say(STATE_WORDS[line.state], language),
                        line.due[5:],
                        _post(hall, line.handler or line.owner),
                        late=line.due < today,
                        today=line.due == today,
                    )
                    for line in lines
                ),
                waiting=tuple(
                    handover.Waiting(
                        _hour(line.registered_ms), line.service_window, self._about(line, language)
                    )
                    for line in lines
                    if line.on_site
                ),
                calls=tuple(
                    handover.Waiting(_hour(c.at_ms), c.place, "") for c in calls if not c.case_id
                ),
                machines=machines,
                heads=tuple(
                    (o, str(head.seq), head.hash[:ON_PAPER]) for o, head in sorted(heads.items())
                ),
                heads_at=now.astimezone().isoformat(timespec="seconds"),
                language=language,
            )
        )

    def no_list(self, cases: list[Case], hall: Hall, day: date, language: str) -> bytes:
        """说NO清单: every NO of a day, with who let it out."""
        entries = []
        for case in cases:
            for entry in case.story:
                match entry.happening:
                    case Proposed(_, outcome):
                        proposed = outcome
                    case Approved(by) if _day(entry.clock) == day and proposed.result.negative:
                        entries.append(
                            no_list.No(
                                case.number,
                                self._problems(case.feedback.problems, language),
                                say(RESULT_WORDS[proposed.result], language),
                                proposed.text,
                                _post(hall, by),
                                _hour(entry.at_ms),
                            )
                        )
        name = self.catalogue.hall.name.say(language)
        return no_list.draw(no_list.NoList(name, day, tuple(entries), language))

    def _about(self, line: CaseLine, language: str) -> str:
        return self._problems(
            tuple(c for c in line.summary.split("\n")[0].split(",") if c), language
        )

    def _problems(self, codes: tuple[str, ...], language: str) -> str:
        return say("、", language).join(self.catalogue.name_of(code, language) for code in codes)


def _post(hall: Hall, login: str) -> str:
    person = hall.person(login)
    return person.post if person else login


def _hour(ms: int) -> str:
    return f"{datetime.fromtimestamp(ms / 1000):%H:%M}"


def _day(clock: int) -> date:
    return date.fromtimestamp(clock_ms(clock) / 1000)
