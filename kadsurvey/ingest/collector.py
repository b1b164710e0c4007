"""A pause of Python's garbage collector while millions of cells are held."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Spare the search for rings of references among millions of cells, of which none refers to another.

    What is no longer used is freed at once as ever; only rings wait until the pause is over.
    """
    was_running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_running:
            gc.enable()
