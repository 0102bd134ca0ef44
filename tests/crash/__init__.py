"""Power cuts, thousands of them: record what the real program does to its disk, rebuild the disk as
a cut at every point could have left it, and look for what citizens were thanked for.

`recorder.c` listens under the program, `drive.py` is the program, `disk.py` rebuilds and looks.
`python -m tests.crash --states 100000` is the long run.
"""
