"""Every screen of the kiosk, how to get there, and a contact sheet of all of them.

`python -m tests.screens [--out DIR] [NAME ...]` renders them in portrait, landscape and on a small
screen; in Chinese, in English, at the largest text and in high contrast.
"""

import argparse
import tempfile
from operator import attrgetter
from pathlib import Path

from db.happening import Asked
from db.terms import Feedback, Kind
from kiosk.paper.printers import PrinterState, Why
from kiosk.ui.hands import items, wait_until
from tests.answers import ANSWERED, WAITS, looked_up
from tests.people import DONE

#: A house with a door, as a finger draws it on the page of 1,000 units.
LINES = (
    (150, 620, 160, 330, 480, 120, 800, 340, 810, 630, 150, 620),
    (420, 625, 425, 430, 540, 425, 545, 628),
    (680, 420, 740, 425, 735, 500, 675, 495, 680, 420),
)
HOUSE = [
    step
    for line in LINES
    for step in (
        ("sketch.begin", *line[:2]),
        *(("sketch.move", *line[n : n + 2]) for n in range(2, len(line), 2)),
        ("sketch.end",),
    )
]
#: Somebody speaks for so many seconds.
LISTEN = "listen"
#: The receipt's code is looked up, of a case that is "new", "replied" or "asked" about.
LOOK_UP = "look up"
#: The keyboard shows digits and signs.
SIGNS = "signs"

SCREENS = {
    "home": [],
    "no-paper": [("_paper_is", PrinterState(Why.NO_PAPER))],
    "rate": [("rate", "dissatisfied")],
    "rate-worst": [("rate", "very_dissatisfied"), ("reason", "C0203"), ("choose", "C01")],
    "rate-problems": [("rate", "dissatisfied"), ("reason", "C0202"), ("go", "Problems")],
    "rate-hub": [("rate", "dissatisfied"), ("reason", "C0202"), ("go", "Hub")],
    "tags": [("begin", "complaint"), ("choose", "C08"), ("choose", "C04"), ("openTags",)],
    "praise": [("rate", "very_satisfied")],
    "merits": [("rate", "satisfied"), ("openTags",), ("tag", "P411")],
    "praise-merit": [("rate", "satisfied"), ("openTags",), ("tag", "P411"), ("nextTags",)],
    "merits-fair": [("rate", "basically_satisfied"), ("openTags",)],
    "problems": [("begin", "complaint"), ("choose", "C01")],
    "suggest": [("begin", "suggestion"), ("chooseOnly", "S01")],
    "help": [("begin", "help")],
    "hub": [("begin", "complaint"), ("choose", "C01"), ("go", "Hub")],
    "sealed": [("sealedWay",)],
    "where": [("begin", "complaint"), ("go", "Where")],
    "words": [("begin", "complaint"), ("go", "OwnWords")],
    "signs": [("begin", "complaint"), ("go", "OwnWords"), (SIGNS,)],
    "finger": [("begin", "complaint"), ("go", "OwnWords"), ("sayBy", "finger")],
    "draw": [("begin", "complaint"), ("go", "OwnWords"), ("sayBy", "ink"), *HOUSE],
    "draw-empty": [("begin", "complaint"), ("go", "OwnWords"), ("sayBy", "ink")],
    "voice": [("begin", "complaint"), ("go", "OwnWords"), ("sayBy", "voice")],
    "recording": [
        ("begin", "complaint"),
        ("go", "OwnWords"),
        ("sayBy", "voice"),
        ("voice.record",),
        (LISTEN, 7.0),
    ],
    "recorded": [
        ("begin", "complaint"),
        ("go", "OwnWords"),
        ("sayBy", "voice"),
        ("voice.record",),
        (LISTEN, 13.0),
        ("voice.stop",),
    ],
    "said": [
        ("begin", "complaint"),
        ("choose", "C01"),
        ("go", "Hub"),
        ("go", "OwnWords"),
        ("sayBy", "ink"),
        *HOUSE,
        ("sayBy", "voice"),
        ("voice.record",),
        (LISTEN, 13.0),
        ("wordsDone",),
    ],
    "contact": [("begin", "complaint"), ("go", "Contact"), ("answerBy", "phone")],
    "needs": [("begin", "complaint"), ("go", "Needs")],
    "half-day": [("begin", "complaint"), ("go", "Needs"), ("need", "booking")],
    "address": [("begin", "complaint"), ("go", "Needs"), ("need", "post")],
    "look-up": [("go", "LookUp")],
    "case": [("go", "CaseView")],
    "answered": [("followUp._looked_up", looked_up(*ANSWERED))],
    "asked": [("followUp._looked_up", looked_up(*WAITS))],
    "case-new": [(LOOK_UP, "new")],
    "case-replied": [(LOOK_UP, "replied")],
    "case-asked": [(LOOK_UP, "asked")],
    "judge-again": [(LOOK_UP, "replied"), ("followUp.choose", "unsolved")],
    "guide": [("begin", "question"), ("askAbout", "I01")],
    "ask": [("begin", "question")],
    "ask-nothing": [("begin", "question"), ("hardwareKey", "月亮上开饭店")],
    "question-hub": [
        ("begin", "question"),
        ("hardwareKey", "月亮上开饭店"),
        ("leaveQuestion",),
        ("wordsDone",),
    ],
    "big": [("go", "BigPrint")],
    "judge": [("go", "LookUp"), ("go", "Judge")],
    "same": [("begin", "complaint"), ("choose", "C01"), ("go", "Same")],
    "trouble": [("go", "Trouble")],
    "done": [("begin", "suggestion"), ("chooseOnly", "S01"), ("submit",)],
    "waits-here": [
        ("begin", "help"),
        ("chooseOnly", "H01"),
        ("answerBy", "on_site"),
        ("submit",),
    ],
    "calling": [("callSomeone",)],
}
#: Language, text size, contrast.
LOOKS = {"zh": ("zh", 0, 0), "en": ("en", 0, 0), "largest": ("zh", 3, 0), "contrast": ("zh", 0, 2)}
THUMB = 300


def show(kiosk, steps, language, size):
    """Bring a kiosk to a screen, in a language, at a text size of 0 to 3."""
    kiosk.citizen.wipe()
    # The printer is looked at for its picture alone.
    kiosk.citizen._paper_seen = float("inf")
    kiosk.citizen._paper_is(PrinterState())
    kiosk.citizen.speak(language)
    for _ in range(size):
        kiosk.citizen.larger()
    for step, *told in steps:
        if step == LISTEN:
            speak(kiosk, *told)
        elif step == LOOK_UP:
            look_up(kiosk, *told)
        elif step == SIGNS:
            kiosk.picture()
            keys = [i for i in items(kiosk.view.rootObject()) if i.property("signs") is False]
            keys[0].setProperty("signs", True)
        else:
            attrgetter(step)(kiosk.citizen)(*told)
    if kiosk.citizen.screen == "Sending":
        wait_until(lambda: kiosk.citizen.paper == "printed", "the paper")
    kiosk.picture()


def speak(kiosk, seconds):
    """Speak into the kiosk's microphone, and let its meter follow."""
    kiosk.listened()
    for _ in range(round(seconds * 15)):
        kiosk.sound.passes(1 / 15)
        kiosk.voice.tick()


def look_up(kiosk, state):
    """Come back with the code of a case in this state, and wait until it is there."""
    taken = kiosk.intake.take(Feedback(Kind.COMPLAINT, problems=("C01",), words="等了两个小时"))
    if state != "new":
        kiosk.desk("desk").accept(taken.case.case_id)
    if state == "replied":
        kiosk.desk("desk").reply(taken.case.case_id, DONE)
    elif state == "asked":
        kiosk.intake._store.append(taken.case.case_id, Asked("desk", "您是哪一天来的？"))
    kiosk.citizen.go("LookUp")
    kiosk.citizen.followUp.look_up(taken.code.letters)
    wait_until(lambda: kiosk.citizen.screen == "CaseView", "the case")


def main():
    from PIL import Image, ImageDraw, ImageFont

    from kiosk import RESOURCES
    from kiosk.words import languages
    from tests.ui.conftest import LANDSCAPE, PORTRAIT, SMALL, FakeSpeaker, Kiosk

    told = argparse.ArgumentParser(prog="python -m tests.screens")
    told.add_argument("--out", type=Path, default=Path("screens-out"))
    told.add_argument("names", nargs="*", help="only these screens")
    told = told.parse_args()
    told.out.mkdir(parents=True, exist_ok=True)
    font = ImageFont.truetype(str(RESOURCES / "fonts" / "NotoSansSC-Bold.ttf"), 18)
    chosen = {n: s for n, s in SCREENS.items() if not told.names or n in told.names}
    for shape, size in (("portrait", PORTRAIT), ("landscape", LANDSCAPE), ("small", SMALL)):
        tall = round(THUMB * size[1] / size[0])
        cell = (THUMB + 16, tall + 42)
        sheet = Image.new("RGB", (cell[0] * len(LOOKS), cell[1] * len(chosen)), "#8A857C")
        draw = ImageDraw.Draw(sheet)
        with tempfile.TemporaryDirectory() as folder:
            kiosk = Kiosk(Path(folder), size, speaker=FakeSpeaker(*languages()))
            for row, (name, steps) in enumerate(chosen.items()):
                for column, (look, (language, text_size, contrast)) in enumerate(LOOKS.items()):
                    show(kiosk, steps, language, text_size)
                    for _ in range(contrast):
                        kiosk.citizen.nextContrast()
                    file = told.out / f"{shape}-{name}-{look}.png"
                    kiosk.picture().save(str(file))
                    small = Image.open(file).resize((THUMB, tall), Image.Resampling.LANCZOS)
                    sheet.paste(small, (column * cell[0] + 8, row * cell[1] + 34))
                    at = (column * cell[0] + 8, row * cell[1] + 8)
                    draw.text(at, f"{name} · {look}", "white", font)
            kiosk.close()
        sheet.save(told.out / f"sheet-{shape}.png")
        print(told.out / f"sheet-{shape}.png")


if __name__ == "__main__":
    main()
