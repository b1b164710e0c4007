"""Work on every core: what does not depend on each other is computed beside each other."""

from __future__ import annotations

import faulthandler
import multiprocessing
import os
import pickle
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import NoReturn, ParamSpec, TypeVar

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


class DiedError(Exception):
    """A process that ended without a result: what it ran killed it."""


def apart(function: Callable[Given, Found], *args: Given.args, **kwargs: Given.kwargs) -> Found:
    """Return what a function gives, or raise its error, computed in a process that may die without harm to this one.

    For compiled code that a file can bring down. Where the system does not fork well it runs in this process.

    Raises
    ------
    DiedError
        If the process died.
    """
    if sys.platform != "linux":
        return function(*args, **kwargs)
    read, write = os.pipe()
    child = os.fork()
    if not child:
        os.close(read)
        faulthandler.disable()
        _tell(write, function, *args, **kwargs)
    os.close(write)
    try:
        with os.fdopen(read, "rb") as stream:
            done, found = pickle.load(stream)
    except (EOFError, pickle.UnpicklingError) as err:
        raise DiedError from err
    finally:
        os.waitpid(child, 0)
    if not done:
        raise found
    result: Found = found
    return result


def _tell(write: int, function: Callable[Given, Found], *args: Given.args, **kwargs: Given.kwargs) -> NoReturn:
    """Write what a function gives, or its error, and end this process, whose parent cleans up."""
    try:
        try:
            told = (True, function(*args, **kwargs))
        except Exception as err:
            told = (False, err)  # type: ignore[assignment]
        with os.fdopen(write, "wb") as stream:
            pickle.dump(told, stream, pickle.HIGHEST_PROTOCOL)
    finally:
        os._exit(0)
