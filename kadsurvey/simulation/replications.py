"""Many independent computations on every core or a cluster; each knows its own seed, so that the order is nothing."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from functools import partial
from typing import TypeAlias, TypeVar

from kadsurvey.cores import cores
from kadsurvey.workers import as_done, in_use

Key: TypeAlias = tuple[int, ...]
Found = TypeVar("Found")

_CHUNK = 5
"""Computations sent at once: so few that stopping loses little."""


def replications(function: Callable[[Key], Found], keys: Sequence[Key]) -> Iterator[tuple[Key, Found]]:
    """Yield keys and what a function makes of them, as they are done; on the cluster where one is in use.

    Whoever stops asking stops the work: what was not begun is not begun any more.

    Parameters
    ----------
    function : callable
        Of a module, or a partial of one: it travels to other processes.
    keys : sequence of tuple of int
    """
    parts = [keys[begin : begin + _CHUNK] for begin in range(0, len(keys), _CHUNK)]
    if in_use():
        for found in as_done(partial(_chunk, function), parts):
            yield from found
        return
    workers = min(cores(), len(keys))
    if workers < 2:
        for key in keys:
            yield key, function(key)
        return
    chunks = iter(parts)
    pool = ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("fork"), initializer=_alone)
    running: set[Future[list[tuple[Key, Found]]]] = set()
    try:
        while True:
            while len(running) < 2 * workers and (chunk := next(chunks, None)) is not None:
                running.add(pool.submit(_chunk, function, chunk))
            if not running:
                return
            finished, running = wait(running, return_when=FIRST_COMPLETED)
            for future in finished:
                yield from future.result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _alone() -> None:
    """Let a worker compute on one thread, and leave an interruption to whoever asked for the work."""
    from threadpoolctl import threadpool_limits

    threadpool_limits(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _chunk(function: Callable[[Key], Found], keys: Sequence[Key]) -> list[tuple[Key, Found]]:
    return [(key, function(key)) for key in keys]
