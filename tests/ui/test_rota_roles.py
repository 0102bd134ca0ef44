"""Who the roster page offers for the window, by the setting `roster_roles`."""

import pytest

from db.terms import Role
from kiosk import app
from kiosk.casework import Casework
from kiosk.deadlines import Deadlines
from kiosk.paper.printers import FolderPrinter
from kiosk.roster import NOBODY
from kiosk.settings import load
from kiosk.ui.language import Language
from kiosk.ui.rota import Rota
from kiosk.workdays import Workdays
from tests.hall import badge, found


@pytest.mark.parametrize(
    ("roles", "logins"),
    [({}, ["coordinator", "desk", "head"]), ({"window_roles": frozenset({Role.HEAD})}, ["head"])],
)
def test_only_the_roles_of_the_setting_are_offered(qapp, local, tmp_path, roles, logins):
    found(local)
    catalogue, printer = app.hall_catalogue(load(tmp_path)), FolderPrinter(tmp_path)
    work = Casework(
        local, badge(local, "coordinator"), catalogue, Deadlines(Workdays()), printer, "", **roles
    )
    page = Rota(None, Language(), print, print)
    page.signed(work)
    page._read((work.hall(), NOBODY))
    assert sorted(one["code"] for one in page.people("window")) == logins
    assert [one["code"] for one in page.people("leader")] == ["leader"]


def test_a_desk_with_a_role_that_cannot_be_says_so_in_one_plain_line(local, tmp_path):
    settings = load(tmp_path, {"roster_roles": "head,boss"})
    with pytest.raises(ValueError, match="roster_roles wants some of clerk, coordinator, head"):
        app.make_desk(settings, app.hall_catalogue(settings), local, None)
