"""`zhaocha staff`: a hall is founded and staffed from a terminal, with passwords from a prompt."""

import pytest

from db.seal import seal, unseal_with
from db.terms import Ring, Role
from kiosk import staff
from kiosk.__main__ import main
from kiosk.staff_commands import run

FOUNDING = (
    *("chief", "信息科", "open sesame", "open sesame"),
    *("coord", "督查指导科", "open sesame", "open sesame"),
    *("inspect", "派驻纪检监察组", "open sesame", "open sesame"),
)
CHIEF = ("chief", "open sesame")
COORD = ("coord", "open sesame")


class Somebody:
    """Answers one prompt after the other."""

    def __init__(self, *answers):
        self.left = list(answers)
        self.hidden = []

    def text(self, prompt):
        return self.left.pop(0)

    def secret(self, prompt):
        self.hidden.append(self.left[0])
        return self.left.pop(0)


def staff_(store, words, *answers):
    who = Somebody(*answers)
    assert run(words.split(), store, ["SI"], who) == 0
    assert who.left == []
    return who


@pytest.fixture
def hall(local, capsys):
    staff_(local, "found", *FOUNDING)
    capsys.readouterr()
    return local


def test_a_hall_is_founded_at_a_terminal(hall):
    roles = {person.login: person.role for person in hall.people().people}
    assert roles == {
        "chief": Role.ADMINISTRATOR,
        "coord": Role.COORDINATOR,
        "inspect": Role.INSPECTOR,
    }
    sealed = seal(hall.people().key(Ring.CONTACT), "contact", "13800000000")
    keys = staff.sign_in(hall, *COORD).keys(hall.people())
    assert unseal_with(keys, sealed.content, sealed.digest) == "13800000000"
    with pytest.raises(ValueError, match="works in this hall already"):
        run(["found"], hall, [], Somebody())


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        (("chief", "信息科", "12345678"), "may not be digits"),
        (("chief", "信息科", "short"), "at least eight"),
        (("chief", "信息科", "open sesame", "open sesami"), "differ"),
        (("", ""), "of their own"),
        ((*FOUNDING[:4], "chief", "再来一个"), "of their own"),
    ],
)
def test_a_hall_is_not_founded_by_halves(local, answers, why):
    with pytest.raises(ValueError, match=why):
        run(["found"], local, [], Somebody(*answers))
    assert not local.people().founded


def test_somebody_is_taken_on_gets_a_key_and_leaves(hall, capsys):
    staff_(hall, "add handy clerk 值守员 SI W05", *CHIEF)
    first = capsys.readouterr().out.split(" with ")[1].split()[0]
    assert hall.people().person("handy").windows == ("W05",)
    staff_(hall, "password handy", "handy", first, first, "a long one", "a long one")
    staff_(hall, "grant handy contact", *COORD)
    assert len(staff.sign_in(hall, "handy", "a long one").keys(hall.people())) == 1
    staff_(hall, "list")
    assert "handy · clerk · 值守员 · SI · W05 · holds contact" in capsys.readouterr().out
    staff_(hall, "dismiss handy", *CHIEF)
    assert "zhaocha staff key contact" in capsys.readouterr().out
    staff_(hall, "key contact", *COORD)
    assert len(staff.sign_in(hall, *COORD).keys(hall.people())) == 2
    staff_(hall, "list")
    assert "handy" not in capsys.readouterr().out


def test_who_is_locked_out_is_let_in_by_the_owner_of_the_machine(hall):
    for _ in range(5):
        with pytest.raises(ValueError, match="not right"):
            run(["dismiss", "coord"], hall, [], Somebody("chief", "wrong"))
    with pytest.raises(ValueError, match="locked"):
        run(["dismiss", "coord"], hall, [], Somebody(*CHIEF))
    staff_(hall, "unlock chief")
    assert staff.sign_in(hall, *CHIEF)


@pytest.mark.parametrize(
    ("words", "who", "why"),
    [
        ("add new boss 岗位", CHIEF, "a role is one of"),
        ("add new clerk 岗位 XX", CHIEF, "a department is one of"),
        ("add new clerk 岗位", COORD, "Not for your role"),
        ("dismiss chief", CHIEF, "administrator"),
        ("grant inspect contact", COORD, "may not"),
        ("grant coord keys", COORD, "a ring is one of"),
        ("key integrity", COORD, "Not for your role"),
        ("unlock", (), "staff takes"),
        ("unlock a b", (), "staff takes"),
        ("", (), "staff takes"),
        ("promote chief", (), "staff takes"),
    ],
)
def test_what_may_not_be_is_one_plain_line_and_changes_nothing(hall, words, who, why):
    before = hall.people().people
    with pytest.raises(ValueError, match=why):
        run(words.split(), hall, ["SI"], Somebody(*who))
    assert hall.people().people == before


def test_the_command_itself_opens_the_shared_store(tmp_path, capsys):
    assert main(["staff", "list", "--data", str(tmp_path)]) == 0
    assert main(["staff", "sing", "--data", str(tmp_path)]) == 2
    assert "staff takes" in capsys.readouterr().err
