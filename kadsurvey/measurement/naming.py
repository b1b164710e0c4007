"""Statistics know columns by number; people know items by name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from kadsurvey.errors import StatisticsError

_PLACES = ("item", "first", "second")


@contextmanager
def item_names_in_errors(names: Sequence[str], factors: Sequence[str] = ()) -> Iterator[None]:
    """Give the items' (and factors') names to a StatisticsError that knows them by number."""
    try:
        yield
    except StatisticsError as err:
        named: dict[str, object] = {}
        for key, value in err.params.items():
            if key in _PLACES and isinstance(value, int):
                named[key] = names[value]
            elif key == "factor" and isinstance(value, int) and factors:
                named[key] = factors[value]
            elif key == "items" and isinstance(value, list | tuple):
                named[key] = [names[place] for place in value]
            else:
                named[key] = value
        raise StatisticsError(err.code, **named) from err
