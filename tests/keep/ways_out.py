"""Everything somebody could do at a kiosk's machine to get out of it, done to a real X server."""

import ctypes
import itertools
import struct
from dataclasses import dataclass

from tests.bench.screen import HEIGHT, WIDTH

#: What is held while another key is struck.
HELD = ("Control_L", "Alt_L", "Super_L", "Shift_L")
#: What is struck: letters, digits, all that has a name on a keyboard.
KEYS = (
    *"abcdefghijklmnopqrstuvwxyz0123456789",
    *(f"F{number}" for number in range(1, 13)),
    *("Escape", "Tab", "Delete", "BackSpace", "Return", "Menu", "Print", "Pause", "Insert", "Home"),
    *("End", "Prior", "Next", "Left", "Right", "Up", "Down", "space", "Help"),
)
#: What a window may be, and is asked not to be any more.
STATES = ("FULLSCREEN", "ABOVE", "MAXIMIZED_VERT", "MAXIMIZED_HORZ")
_CLIENT_MESSAGE, _SUBSTRUCTURE = 33, (1 << 20) | (1 << 19)


class _Message(ctypes.Structure):
    """XClientMessageEvent; the union of X events is 24 longs."""

    _fields_ = [
        ("type", ctypes.c_int),
        ("serial", ctypes.c_ulong),
        ("send_event", ctypes.c_int),
        ("display", ctypes.c_void_p),
        ("window", ctypes.c_ulong),
        ("message_type", ctypes.c_ulong),
        ("format", ctypes.c_int),
        ("data", ctypes.c_long * 5),
        ("pad", ctypes.c_long * 24),
    ]


class _Attributes(ctypes.Structure):
    _fields_ = [
        *((name, ctypes.c_int) for name in ("x", "y", "width", "height", "border", "depth")),
        ("visual", ctypes.c_void_p),
        ("root", ctypes.c_ulong),
        *((name, ctypes.c_int) for name in ("kind", "bit_gravity", "win_gravity", "backing")),
        ("planes", ctypes.c_ulong),
        ("pixel", ctypes.c_ulong),
        ("save_under", ctypes.c_int),
        ("colormap", ctypes.c_ulong),
        ("map_installed", ctypes.c_int),
        ("map_state", ctypes.c_int),
        ("pad", ctypes.c_long * 8),
    ]


SCREEN = (WIDTH, HEIGHT)


@dataclass(frozen=True)
class Window:
    number: int
    x: int
    y: int
    width: int
    height: int


class Tried:
    """One visitor at the keyboard, the pointer and the wire of an X server."""

    def __init__(self, name):
        self._x, self._xtest = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXtst.so.6")
        self._x.XOpenDisplay.restype = ctypes.c_void_p
        self._x.XDefaultRootWindow.restype = ctypes.c_ulong
        self._x.XInternAtom.restype = ctypes.c_ulong
        self._x.XStringToKeysym.restype = ctypes.c_ulong
        self._display = ctypes.c_void_p(self._x.XOpenDisplay(name.encode()))
        self._root = ctypes.c_ulong(self._x.XDefaultRootWindow(self._display))
        self._keep_errors = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)(
            lambda *_: 0
        )
        # A window that is gone by now is no reason to end.
        self._x.XSetErrorHandler(self._keep_errors)

    def close(self):
        self._x.XCloseDisplay(self._display)

    def settle(self):
        """The server has taken all of it."""
        self._x.XSync(self._display, 0)

    def windows(self):
        """What can be seen on the screen, the topmost last."""
        shown = []
        for number in self._children(self._root):
            told = _Attributes()
            there = self._x.XGetWindowAttributes(
                self._display, ctypes.c_ulong(number), ctypes.byref(told)
            )
            if there and told.map_state == 2 and told.width > 1:
                shown.append(Window(number, told.x, told.y, told.width, told.height))
        return shown

    def _children(self, window):
        root, parent = ctypes.c_ulong(), ctypes.c_ulong()
        found, count = ctypes.POINTER(ctypes.c_ulong)(), ctypes.c_uint()
        self._x.XQueryTree(
            self._display,
            window,
            ctypes.byref(root),
            ctypes.byref(parent),
            ctypes.byref(found),
            ctypes.byref(count),
        )
        numbers = found[: count.value]
        if numbers:
            self._x.XFree(found)
        return numbers

    def filling(self):
        """The kiosk's own window, if it fills the screen and nothing lies over it."""
        there = self.windows()
        if not there or (there[-1].x, there[-1].y) != (0, 0):
            return None
        return self._inner(there[-1]) if (there[-1].width, there[-1].height) == SCREEN else None

    def _inner(self, window):
        """The program's window within the frame of a window manager; the same without one."""
        inside = self._children(ctypes.c_ulong(window.number))
        return next((one for one in inside if self._has_protocols(one)), window.number)

    def _has_protocols(self, number):
        found, count = ctypes.POINTER(ctypes.c_ulong)(), ctypes.c_int()
        return self._x.XGetWMProtocols(
            self._display, ctypes.c_ulong(number), ctypes.byref(found), ctypes.byref(count)
        )

    # --- the ways -----------------------------------------------------------------------------

    def keys(self):
        """Every key with every set of keys held; how many that were."""
        tried = 0
        for many in range(len(HELD) + 1):
            for held in itertools.combinations(HELD, many):
                for key in KEYS:
                    self.chord(*held, key)
                    tried += 1
        return tried

    def chord(self, *names):
        codes = [self._code(name) for name in names]
        for code in codes:
            self._xtest.XTestFakeKeyEvent(self._display, code, 1, 0)
        for code in reversed(codes):
            self._xtest.XTestFakeKeyEvent(self._display, code, 0, 0)
        self.settle()

    def _code(self, name):
        symbol = ctypes.c_ulong(self._x.XStringToKeysym(name.encode()))
        return self._x.XKeysymToKeycode(self._display, symbol) & 0xFF

    def buttons(self, spots=((2, 2), (WIDTH - 2, 2), (WIDTH // 2, 4), (2, HEIGHT - 2))):
        """Every button of a mouse, held and drawn, from corners where nothing is to be tapped."""
        tried = 0
        for (x, y), button in itertools.product(spots, range(2, 10)):
            self._xtest.XTestFakeMotionEvent(self._display, -1, x, y, 0)
            self._xtest.XTestFakeButtonEvent(self._display, button, 1, 0)
            self._xtest.XTestFakeMotionEvent(self._display, -1, WIDTH // 2, HEIGHT // 2, 0)
            self._xtest.XTestFakeButtonEvent(self._display, button, 0, 0)
            self.settle()
            tried += 1
        return tried

    def ask_to_close(self, window):
        """What a window manager sends when somebody presses the cross, or Alt and F4."""
        self._send(window, window, "WM_PROTOCOLS", self.atom("WM_DELETE_WINDOW"))

    def messages(self, window, managed):
        """What window managers, taskbars and drag and drop send; with a window manager also what
        others ask of it. A name of each, once it is sent."""
        state, root, to = "_NET_WM_STATE", self._root.value, ctypes.c_ulong(window)
        uris = self.atom("text/uri-list")
        told = [
            ("WM_PROTOCOLS", self.atom("WM_DELETE_WINDOW")),
            ("WM_PROTOCOLS", self.atom("WM_TAKE_FOCUS")),
            ("WM_PROTOCOLS", self.atom("WM_SAVE_YOURSELF")),
            ("_NET_CLOSE_WINDOW", 0, 2),
            ("WM_CHANGE_STATE", 3),
            *((state, 0, self.atom(f"{state}_{name}"), 0, 2) for name in STATES),
            (state, 1, self.atom(f"{state}_HIDDEN"), 0, 2),
            (state, 1, self.atom(f"{state}_BELOW"), 0, 2),
            ("_NET_WM_DESKTOP", 1, 2),
            ("_NET_MOVERESIZE_WINDOW", 0xF00, 50, 50, 300, 300),
            ("XdndEnter", root, 5 << 24, uris),
            ("XdndPosition", root, 0, 5 << 16 | 5, 0, 0),
            ("XdndDrop", root, 0, 0),
        ]
        for who in (window, root):
            for kind, *data in told:
                self._send(who, window, kind, *data)
                yield f"{kind} {data} to {'itself' if who == window else 'the root'}"
        if managed:
            self._x.XLowerWindow(self._display, to)
            yield "lowered"
            self._x.XMoveResizeWindow(self._display, to, 50, 50, 300, 300)
            yield "made small"
            self._x.XIconifyWindow(self._display, to, 0)
            yield "made an icon"

    def atom(self, name):
        return self._x.XInternAtom(self._display, name.encode(), 0)

    def _send(self, to, window, kind, *data):
        longs = [struct.unpack("l", struct.pack("L", one))[0] for one in data]
        message = _Message(
            type=_CLIENT_MESSAGE,
            window=window,
            message_type=self.atom(kind),
            format=32,
            data=(ctypes.c_long * 5)(*longs),
        )
        mask = ctypes.c_long(0 if to == window else _SUBSTRUCTURE)
        self._x.XSendEvent(self._display, ctypes.c_ulong(to), 0, mask, ctypes.byref(message))
        self.settle()
