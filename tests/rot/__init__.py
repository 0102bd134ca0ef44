"""Bytes of a kiosk's store are damaged at random: flipped bits, lost pages, lost ends.

The program must read everything right, or say that the store is damaged and bring what is whole
into a new one; `verify` must name what is not. It may never answer as if nothing were wrong.
"""
