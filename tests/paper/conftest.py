"""What the tests of paper and printers share: a receipt, thermal printers that are closed again."""

from datetime import datetime

import pytest

from db.store import Store
from kiosk import RESOURCES
from kiosk.catalogue import load
from kiosk.paper.receipt import draw, receipt_of
from tests.paper.machine import Machine
from tests.people import HALL, tell


@pytest.fixture(scope="session")
def address_and_receipt(tmp_path_factory):
    """A tracking address, and the 80 mm receipt whose code leads there."""
    store = Store.open(tmp_path_factory.mktemp("store") / "a.sqlite", hall=HALL, device="K1")
    case, code = tell(store)
    store.close()
    address = f"https://zc.example.gov.cn/t/{code.path}"
    receipt = receipt_of(
        case,
        code,
        address,
        load(RESOURCES / "catalogue" / "sample"),
        "zh",
        now=datetime(2026, 11, 23, 10, 26),
        kiosk="K1",
        version="1",
    )
    return address, draw(receipt)


@pytest.fixture(scope="session")
def receipt(address_and_receipt):
    return address_and_receipt[1]


@pytest.fixture
def machines():
    """Makes thermal printers: machines(paper=600)."""
    made = []

    def make(**what):
        made.append(Machine(**what))
        return made[-1]

    yield make
    for machine in made:
        machine.close()
