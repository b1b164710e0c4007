"""Options that take one number or a range of them."""

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
            from kadsurvey.cli.local import asked_language, language_of
            from kadsurvey.language.text import Text

            lang = asked_language(()) if ctx is None else language_of(ctx)
            self.fail(Text("cli.not_counts", {"given": value}).render(lang), param, ctx)
        return found


COUNTS = CountRange()
