"""Options that take one number, several, or a range of them."""

from __future__ import annotations

import click


class CountRange(click.ParamType[tuple[int, int]]):
    """``8`` or ``4:10``: counts from a smallest to a largest, both at least 1."""

    name = "counts"

    def convert(
        self, value: str | tuple[int, int], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int]:
        """Return smallest and largest."""
        if isinstance(value, tuple):
            return value
        low, _, high = value.partition(":")
        try:
            found = int(low), int(high or low)
        except ValueError:
            found = (0, 0)
        if not 1 <= found[0] <= found[1]:
            self.fail(_told("cli.not_counts", value, ctx), param, ctx)
        return found


class Grid(click.ParamType[tuple[int, ...]]):
    """``12``, ``6,12,24``, or ``6:40``: a range is walked in steps that grow alike.

    Parameters
    ----------
    steps : int
        How many numbers a range becomes.
    """

    name = "grid"

    def __init__(self, steps: int) -> None:
        self._steps = steps

    def convert(
        self, value: str | tuple[int, ...], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, ...]:
        """Return the numbers, ascending, each once."""
        if isinstance(value, tuple):
            return value
        try:
            if ":" in value:
                low, high = (int(part) for part in value.split(":"))
                ratio = (high / low) ** (1 / (self._steps - 1))
                numbers = [round(low * ratio**step) for step in range(self._steps)] if low <= high else []
            else:
                numbers = [int(part) for part in value.split(",")]
        except (ValueError, ZeroDivisionError):
            numbers = []
        if not numbers or min(numbers) < 1:
            self.fail(_told("cli.not_grid", value, ctx), param, ctx)
        return tuple(sorted(set(numbers)))


def _told(code: str, given: object, ctx: click.Context | None) -> str:
    from kadsurvey.cli.local import asked_language, language_of
    from kadsurvey.language.text import Text

    return Text(code, {"given": str(given)}).render(asked_language(()) if ctx is None else language_of(ctx))


COUNTS = CountRange()
