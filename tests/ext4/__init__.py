"""A real ext4 is cut off while a kiosk's store writes to it.

The filesystem lies in a file, mounted over a loop device; `FS_IOC_SHUTDOWN` takes it away at a
random moment without writing anything more, and mounting it again plays its journal back. What a
citizen was thanked for must be there. Needs Linux, root and mkfs.ext4.
"""
