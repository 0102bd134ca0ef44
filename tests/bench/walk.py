"""A walk through the real kiosk that taps everything there is to tap and times each tap.

`python -m tests.bench.walk ROUNDS` prints milliseconds, and those worked, by kind of tap as JSON;
`bare ROUNDS` those of the bare program.
"""

import gc
import json
import os
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from PySide6.QtCore import QEvent, QPointF

from kiosk.ui.hands import wait_until
from tests.bench.window import Kiosk, bare_taps, pad

LETTERS = "paiduitaijiu"
PHONE = "13800000000"
#: Milliseconds until somebody who sees a keyboard for the first time has found a key.
LOOKS = 500
DOWN = "finger down → pressed look"
#: Kinds whose answer has to be worked out first: keeping a case for good, finding one.
WORKS = ("hub → thank-you", "hub → same today", "same today → thank-you", "look-up → case")

#: Screens by the names they have in the table.
NAMES = {
    "Home": "home",
    "Rate": "rating",
    "Problems": "problems",
    "Suggest": "suggestion",
    "Help": "help",
    "Hub": "hub",
    "Where": "window",
    "Tags": "tags",
    "OwnWords": "own words",
    "Contact": "contact",
    "Needs": "needs",
    "NeedForm": "small form",
    "BigPrint": "big print",
    "Same": "same today",
    "Done": "thank-you",
    "LookUp": "look-up",
    "CaseView": "case",
    "Ask": "question",
    "Guide": "guide",
}


class Walk:
    """A way through everything there is to tap; keeps how long each tap took, by kind."""

    def __init__(self, kiosk):
        self.kiosk, self.citizen = kiosk, kiosk.citizen
        self.took = defaultdict(list)
        self.somebody_else()

    def somebody_else(self):
        """Has said today what is said again on each walk."""
        citizen = self.citizen
        citizen.begin("complaint")
        citizen.choose("C09")
        citizen.submit()
        wait_until(lambda: citizen.paper == "printed", "the first receipt")
        citizen.startAgain()

    def go(self, label, screen):
        """A tap that leads to another screen."""
        kind = f"{NAMES[self.citizen.screen]} → {NAMES[screen]}"
        self.tap(kind, label, lambda: self.citizen.screen == screen)

    def tap(self, kind, label, ready=lambda: True):
        """A tap that is answered when `ready`."""
        where = self.kiosk.middle(label)
        seen = self.kiosk.finger.down(where)
        if seen is not None:
            self.took[DOWN].append((seen, 0))
        first, *answered = self.kiosk.finger.up(where, ready)
        self.took[kind].append(answered)
        if kind in WORKS:
            self.took[f"{kind}: first sign of it"].append((first, 0))

    def all(self):
        """From home through every screen, back home."""
        self.faces()
        self.problems()
        self.hub()
        self.words()
        self.reach()
        self.needs()
        self.look("hub")
        code = self.submit()
        self.same()
        self.small_ways(code)
        self.look("home")

    def faces(self):
        self.go("不满意", "Rate")
        self.tap("reason chosen", "态度生硬")
        self.tap("dimension graded", "流程顺不顺：满意")
        self.go("返回", "Home")
        self.go("非常满意", "Rate")
        self.tap("praise chosen", self.citizen.offers.praises[0])
        self.go("返回", "Home")

    def problems(self):
        self.go("投诉", "Problems")
        for label in ("排队等候", "服务态度", "服务态度"):
            self.tap("problem chosen or not", label)
        self.go("下一步", "Hub")

    def hub(self):
        self.go("问题", "Problems")
        self.go("返回", "Hub")
        self.go("具体是什么", "Tags")
        self.tap("tag chosen", "等候时间长")
        self.go("好了", "Hub")
        self.go("哪个窗口", "Where")
        self.go("出入境", "Hub")

    def words(self):
        citizen = self.citizen
        self.go("想说的话", "OwnWords")
        self.kiosk.finger.rest(LOOKS)
        self.tap("ready sentence", citizen.offers.phrases[0])
        for letter in LETTERS:
            self.tap("letter, with candidates", letter)
        self.tap("candidates unfolded", "▼")
        self.tap("candidates folded", "▲")
        self.tap("candidates, next page", "›")
        self.tap("candidates, page before", "‹")
        self.tap("letter erased", "退格")
        self.tap("candidate picked", citizen.composer.candidates[0])
        self.tap("sign, space", "，")
        self.tap("sign, space", "空格")
        self.tap("character erased", "退格")
        self.tap("signs or letters", "123")
        self.tap("signs or letters", "字母")
        self.tap("pinyin or Latin", "中")
        self.tap("capitals", "abc")
        self.tap("capitals", "ABC")
        self.tap("pinyin or Latin", "EN")
        self.tap("handwriting or keyboard", "手写")
        self.stroke()
        self.tap("handwritten character picked", citizen.ink.candidates[0])
        self.stroke()
        self.tap("handwriting wiped", "全部擦掉")
        self.tap("handwriting or keyboard", "键盘")
        self.go("写好了", "Hub")

    def stroke(self):
        """One stroke on the pad; its answer is what it may be."""
        place = pad(self.kiosk.view)
        first = place.mapToScene(QPointF(place.width() * 0.4, place.height() * 0.5))
        finger, ink = self.kiosk.finger, self.citizen.ink
        finger.down(first)
        for part in range(1, 11):
            last = first + QPointF(15 * part, 0)
            finger.send(QEvent.Type.MouseMove, last)
            finger.rest(8)
        _, *answered = finger.up(last, lambda: len(ink.candidates) > 0)
        self.took["stroke → what it may be"].append(answered)

    def reach(self):
        self.go("怎么回复我", "Contact")
        self.tap("way of reply", "打我的手机")
        for digit in PHONE:
            self.tap("digit", digit)
        self.go("好了", "Hub")

    def needs(self):
        self.go("我需要帮忙", "Needs")
        self.tap("need chosen or not", "帮办代办")
        self.go("预约", "NeedForm")
        self.go(self.citizen.offers.form["choices"][0]["name"], "Needs")
        self.tap("need chosen or not", "帮办代办")
        self.go("免费邮寄", "NeedForm")
        self.go("写好了", "Needs")
        self.go("好了", "Hub")

    def look(self, place):
        """The bar below, from larger text to languages, until all is as it was."""
        for _ in range(4):
            self.tap(f"text size on {place}", "大字")
        for _ in range(3):
            self.tap(f"contrast on {place}", "对比")
        for _ in range(2):
            self.tap(f"lower or higher on {place}", "低位")
        self.tap("languages opened", "Language")
        self.tap(f"language on {place}", "English")
        self.tap(f"language on {place}", "中文")
        self.tap("somebody called", "叫人帮忙")
        self.tap("call closed", "知道了")

    def submit(self):
        """Hand in, go home; the code on the receipt."""
        self.go("提 交", "Done")
        wait_until(lambda: self.citizen.paper == "printed", "the receipt")
        code = self.citizen.code.replace(" ", "")
        self.go("好了", "Home")
        return code

    def same(self):
        """What somebody else said today, too."""
        self.go("投诉", "Problems")
        self.tap("problem chosen or not", "便民服务")
        self.go("下一步", "Hub")
        self.go("提 交", "Same")
        self.go("我也遇到", "Done")
        wait_until(lambda: self.citizen.paper == "printed", "the receipt")
        self.go("好了", "Home")

    def small_ways(self, code):
        self.go("提个建议", "Suggest")
        self.tap("area chosen", "标识和环境")
        self.tap("ready sentence", "建议加英文标识")
        self.go("重新开始", "Home")
        self.go("急事", "Help")
        self.tap("trouble chosen", "办不成")
        self.go("返回", "Home")
        self.go("问事", "Ask")
        for letter in "cb":
            self.tap("letter, with answers", letter)
        self.go(self.citizen.offers.answers[0]["name"], "Guide")
        self.go("返回", "Ask")
        self.go("返回", "Home")
        self.go("查进度", "LookUp")
        for letter in code[:-1]:
            self.tap("character of a code", letter)
        self.go(code[-1], "CaseView")
        self.go("看好了", "Home")
        self.go("大字简版", "BigPrint")
        self.go("返回", "Home")


def walks(rounds):
    """Milliseconds by kind: of the first walk, and of so many after it."""
    with tempfile.TemporaryDirectory() as folder:
        kiosk = Kiosk(Path(folder))
        walk = Walk(kiosk)
        walk.all()
        first = {kind: spent[0][0] for kind, spent in walk.took.items()}
        walk.took.clear()
        gc.collect()
        gc.freeze()  # as the program does once it has started
        for _ in range(rounds):
            walk.all()
        kiosk.background.wait()
    return {"first": first, "taps": walk.took}


if __name__ == "__main__":
    *which, times = sys.argv[1:]
    print(json.dumps(bare_taps(int(times)) if which else walks(int(times))), flush=True)
    os._exit(0)
