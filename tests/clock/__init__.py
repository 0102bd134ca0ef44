"""Wrong clocks: kiosk, desk and shared store each with a clock of its own, set by libfaketime.

The real program runs in processes of its own. Nothing may be lost, erased, doubled, reordered or
unlocked, last days stay sensible, and passes never stall.
"""
