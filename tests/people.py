"""What people say in the tests, and the ways to put it into a store."""

import secrets
from datetime import date

from db.case import Case
from db.code import TrackingCode, code_key, mint, tail_digest
from db.happening import Registered
from db.seal import Sealed
from db.store import Store
from db.terms import Attachment, Feedback, Grade, Kind, Outcome, ReplyBy, Result

HALL = "370800"
TODAY = date(2026, 11, 23)

ANGRY = Feedback(
    Kind.COMPLAINT,
    grade=Grade.DISSATISFIED,
    problems=("C01", "C04"),
    service_window="W05",
    words="等了两个小时，\n又让我去三楼。",
    reply_by=ReplyBy.PHONE,
)
IDEA = Feedback(
    Kind.SUGGESTION, problems=("C03",), words="Please add signs in English.", language="en"
)
PLEASED = Feedback(Kind.RATING, grade=Grade.VERY_SATISFIED)

DONE = Outcome(Result.A1, "增开了两个窗口", "谢谢您提醒，今天起上午多开两个窗口。")
NO = Outcome(
    Result.N2, "场地所限", "停车场暂时扩不了，在哪停：东门外公共停车场，怎么走：出门右转。"
)


#: A service day that does not come while these tests are in use: nothing is late by itself.
DUE = "2036-11-28"


def registered(
    feedback: Feedback,
    code: TrackingCode,
    contact: str = "",
    attachments: tuple[Attachment, ...] = (),
) -> Registered:
    return Registered(
        feedback,
        number="",
        due=DUE,
        code_key=code_key(HALL, code),
        tail_digest=tail_digest(code),
        contact_digest=contact,
        attachments=attachments,
    )


def tell(
    store: Store,
    feedback: Feedback = ANGRY,
    sealed: Sealed | None = None,
    attached: tuple[Sealed, ...] = (),
) -> tuple[Case, TrackingCode]:
    """Somebody says it at a kiosk: the case and the code on the receipt.

    `sealed` is the contact, `attached` a voice note or a drawing.
    """
    code = mint()
    attachments = tuple(Attachment(a.name, "audio/wav", a.digest) for a in attached)
    said = registered(feedback, code, sealed.digest if sealed else "", attachments)
    everything = (sealed, *attached) if sealed else attached
    return store.register(said, TODAY, secrets.token_hex(10), everything), code
