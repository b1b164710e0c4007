"""Work on every core: what does not depend on each other is computed beside each other."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

Item = TypeVar("Item")
Found = TypeVar("Found")
Given = ParamSpec("Given")


def cores() -> int:
    """Return how many processes may be forked; one where the system does not fork well."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1


@contextmanager
def shared() -> Iterator[None]:
    """Let linear algebra use half of the cores while `beside` uses the other: more threads than cores only wait."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=max(1, cores() // 2)):
        yield


def each(function: Callable[[Item], Found], items: Sequence[Item]) -> Iterator[Found]:
    """Yield what a function makes of each item, in their order.

    Function, items and results travel between processes, so they must be of modules and of plain values.
    """
    workers = min(cores(), len(items))
    if workers < 2:
        yield from map(function, items)
        return
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("fork")) as pool:
        yield from pool.map(function, items)


def beside(function: Callable[Given, Found], *args: Given.args, **kwargs: Given.kwargs) -> Callable[[], Found]:
    """Begin a computation on another core; return what waits for it and gives its result, or raises its error."""
    if cores() < 2:
        return lambda: function(*args, **kwargs)
    pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork"))
    pending = pool.submit(function, *args, **kwargs)

    def wait() -> Found:
        with pool:
            return pending.result()

    return wait
