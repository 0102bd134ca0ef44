"""A monkey at the kiosk, and a day's visits in some minutes: long runs on the real screens.

`./dev.sh campaign monkey [--actions N] [--seed N] [--visits N]`
"""
