"""Programs of several versions at one hall: each behind or ahead of the others and of the stores.

Nothing may be lost or read as something else; what a newer program wrote is kept and passed on by
an older one that does not understand it.
"""
