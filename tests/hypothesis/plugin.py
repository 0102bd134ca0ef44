"""For pytest: as many examples of every property as are asked for, counted, and nothing else."""

import functools
import os

from hypothesis import HealthCheck, settings


def pytest_collection_modifyitems(config, items):
    each = int(os.environ["ZHAOCHA_EXAMPLES"])
    kept = [item for item in items if getattr(item.obj, "is_hypothesis_test", False)]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept
    for test in {getattr(item.obj, "__func__", item.obj) for item in kept}:
        test._hypothesis_internal_use_settings = settings(
            test._hypothesis_internal_use_settings,
            max_examples=each,
            deadline=None,
            database=None,
            derandomize=False,
            suppress_health_check=list(HealthCheck),
        )
        handle = test.hypothesis
        handle.inner_test = _counted(handle.inner_test)


tried = [0]


def _counted(test):
    @functools.wraps(test)
    def counted(*args, **told):
        tried[0] += 1
        return test(*args, **told)

    return counted


def pytest_terminal_summary(terminalreporter):
    terminalreporter.write_line(f"EXAMPLES {tried[0]}")
