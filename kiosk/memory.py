"""Memory that loading has needed and freed, given back to the system."""

import ctypes


def give_back() -> None:
    """Return what is freed but kept for later; does nothing where the system has no such call."""
    try:
        ctypes.CDLL("libc.so.6").malloc_trim(0)
    except (OSError, AttributeError):
        return
