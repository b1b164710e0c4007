"""A Dask cluster as more cores: what is computed many times over is sent there, and the numbers are the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from kadsurvey._optional import require
from kadsurvey.errors import ArgumentError, KadsurveyError

Item = TypeVar("Item")
Found = TypeVar("Found")

_SCHEME = "dask://"
_PATIENCE = "20s"
"""How long a scheduler may take to answer."""

_CLIENT: ContextVar[Any] = ContextVar("client", default=None)


class ClusterError(KadsurveyError):
    """A cluster that cannot be reached."""


@contextmanager
def backend(address: str | None) -> Iterator[None]:
    """Send what is computed many times over to a cluster, for as long as the block runs.

    Parameters
    ----------
    address : str or None
        ``dask://HOST:PORT`` of a scheduler; ``local`` or None: this machine.

    Raises
    ------
    ArgumentError
        If the address is of no such form.
    ClusterError
        If nobody answers there.
    MissingPackageError
        Without the extra ``cluster``.
    """
    if address is None or address == "local":
        yield
        return
    host, _, port = address.removeprefix(_SCHEME).rpartition(":")
    if not address.startswith(_SCHEME) or not host or not port.isdigit():
        raise ArgumentError("workers.unknown_address", given=address)
    distributed = require("distributed", extra="cluster")
    try:
        client = distributed.Client(f"tcp://{host}:{port}", timeout=_PATIENCE, set_as_default=False)
    except OSError as err:
        raise ClusterError("workers.unreachable", address=address) from err
    token = _CLIENT.set(client)
    try:
        yield
    finally:
        _CLIENT.reset(token)
        client.close()


def in_use() -> bool:
    """Tell whether there is a cluster to send work to."""
    return _CLIENT.get() is not None


def spread(function: Callable[[Item], Found], items: Iterable[Item]) -> list[Found]:
    """Return what a function makes of each item: on the cluster where one is in use, else one after the other."""
    client = _CLIENT.get()
    if client is None:
        return [function(item) for item in items]
    found: list[Found] = client.gather(client.map(function, list(items), pure=False))
    return found


def as_done(function: Callable[[Item], Found], items: Sequence[Item]) -> Iterator[Found]:
    """Yield what a function makes of each item on the cluster, as it is done; a worker that dies is replaced."""
    distributed = require("distributed", extra="cluster")
    client = _CLIENT.get()
    futures = client.map(function, items, pure=False)
    try:
        for future in distributed.as_completed(futures, loop=client.loop):
            yield future.result()
    finally:
        client.cancel(futures)
