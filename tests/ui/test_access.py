"""Everyone: by keyboard or switch alone, by name for whoever reads the screen aloud."""

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QAccessible

from kiosk.ui.hands import items, wait_until
from tests.screens import SCREENS, show
from tests.ui.conftest import LANDSCAPE, PORTRAIT


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE], ids=["portrait", "landscape"])
def test_a_complaint_with_two_keys_alone(make_kiosk, size):
    kiosk = make_kiosk(size)
    for label in ("投诉", "排队等候", "下一步", "提 交"):
        kiosk.hands.tab_to(label)
        kiosk.hands.enter()
    wait_until(lambda: kiosk.citizen.paper == "printed", "the receipt")
    assert kiosk.hands.taps == 0


def test_what_the_keyboard_comes_to_is_in_sight(make_kiosk):
    kiosk = make_kiosk()
    show(kiosk, SCREENS["problems"], "zh", 3)
    kiosk.hands.tab_to("其他")
    kiosk.hands.settle()
    item = kiosk.view.activeFocusItem()
    top = item.mapToScene(item.boundingRect().topLeft()).y()
    next_step = kiosk.hands.find("下一步")
    assert top > 0 and top + item.height() < next_step.mapToScene(QPointF(0, 0)).y()


def test_of_many_answers_only_those_in_sight_are_made_and_all_can_be_reached(make_kiosk):
    kiosk = make_kiosk()
    show(kiosk, SCREENS["ask"], "zh", 0)
    made = [i for i in kiosk.hands.touchables() if "在哪办：" in i.property("label")]
    answers = kiosk.citizen.offers.answers
    assert 0 < len(made) < len(answers) / 2
    kiosk.hands.tab_to(answers[-1]["name"])
    kiosk.hands.settle()
    item = kiosk.view.activeFocusItem()
    bottom = item.mapToScene(item.boundingRect().bottomLeft()).y()
    assert bottom < kiosk.hands.find("q").mapToScene(QPointF(0, 0)).y()


def test_a_scanned_code_opens_the_case_whatever_has_the_keyboard(make_kiosk):
    kiosk = make_kiosk()
    for label in ("投诉", "排队等候", "下一步", "提 交"):
        kiosk.hands.tap(label)
    wait_until(lambda: kiosk.citizen.paper == "printed", "the receipt")
    address = kiosk.citizen.taken.address
    kiosk.hands.tap("好了")
    kiosk.hands.tab_to("投诉")
    for sign in address:
        kiosk.hands.keys(sign)
    kiosk.hands.enter()
    wait_until(lambda: kiosk.citizen.screen == "CaseView", "the case")


def test_everything_to_touch_has_a_name_and_a_role_for_a_screen_reader(make_kiosk):
    kiosk = make_kiosk()
    for name, steps in SCREENS.items():
        show(kiosk, steps, "zh", 0)
        for item in kiosk.hands.touchables():
            told = QAccessible.queryAccessibleInterface(item)
            assert told is not None, name
            assert told.text(QAccessible.Text.Name).strip(), name
            assert told.role() == QAccessible.Role.Button, name
        for item in items(kiosk.view.rootObject()):
            if item.inherits("QQuickText") and item.property("text"):
                told = QAccessible.queryAccessibleInterface(item)
                assert told is not None, (name, item.property("text"))
