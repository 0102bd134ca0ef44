"""The disk gets full at every step of every write.

On a small filesystem each deed of the program is tried with 0, 1, 2, ... free pages, until it has
enough: so every page that it asks for is refused once. A deed that was refused has left nothing,
everything can still be read, and once there is room the same program does it.
"""
