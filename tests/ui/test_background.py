"""Work off the screen's thread: in order, back on the right thread, nothing dying elsewhere."""

import gc
import threading

from kiosk.ui.background import Background
from kiosk.ui.hands import wait_until


def test_results_come_back_in_order_on_the_screens_thread(qapp):
    background, back = Background(), []
    for number in range(20):
        background.run(
            lambda number=number: (number, threading.current_thread()),
            lambda made: back.append((*made, threading.current_thread())),
        )
    wait_until(lambda: len(back) == 20, "the results")
    assert [number for number, _, _ in back] == list(range(20))
    assert {worker for _, worker, _ in back} != {threading.main_thread()}
    assert {where for _, _, where in back} == {threading.main_thread()}


def test_trouble_goes_to_whoever_asked(qapp):
    background, troubles = Background(), []
    background.run(lambda: 1 // 0, print, troubles.append)
    wait_until(lambda: troubles, "the trouble")
    assert isinstance(troubles[0], ZeroDivisionError)


def test_garbage_of_the_screen_never_dies_in_the_workers_thread(qapp):
    died = []

    class Ring:
        def __init__(self):
            self.self = self

        def __del__(self):
            died.append(threading.current_thread())

    Ring()
    background, done = Background(), []
    background.run(lambda: len([[n] for n in range(300_000)]), done.append)
    wait_until(lambda: done, "much work")
    assert died == []
    gc.collect()
    assert died == [threading.main_thread()]


def test_a_worker_ends_when_there_is_nobody_left_to_hand_it_anything(qapp):
    background = Background()
    background.wait()
    threads = set(threading.enumerate())
    own = {thread for thread in threads if thread.name == "zhaocha"}
    del background
    gc.collect()
    wait_until(lambda: not own <= set(threading.enumerate()), "the worker to end")
