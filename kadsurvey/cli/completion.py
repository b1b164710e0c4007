"""What the shell offers behind a half-written word: names that no file has to be opened for, and so at once."""

from __future__ import annotations

from collections.abc import Iterable

import click
from click.shell_completion import CompletionItem

from kadsurvey.cli.local import language_of


def instruments(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG001
    """Offer the bundled questionnaires and the files that are there."""
    from kadsurvey._resources import bundled

    # The entry of files comes first: bash clears what stood before it.
    names = sorted(path.stem for path in bundled("instruments").glob("*.yaml"))
    return [CompletionItem(incomplete, type="file"), *_beginning(names, incomplete)]


def flags(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG001
    """Offer the flags of the screening, also behind a comma."""
    from typing import get_args

    from kadsurvey.quality.thresholds import Flag

    before, comma, _ = incomplete.rpartition(",")
    return list(_beginning((f"{before}{comma}{flag}" for flag in get_args(Flag)), incomplete))


def explained(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG001
    """Offer the terms of the glossary, each with its name, or with --findings the codes of findings."""
    from kadsurvey.language.findings import finding_entries
    from kadsurvey.language.glossary import terms

    if ctx.params.get("findings"):
        return list(_beginning((entry.code for entry in finding_entries()), incomplete))
    lang = language_of(ctx)
    return [CompletionItem(term.key, help=term.name[lang]) for term in terms() if term.key.startswith(incomplete)]


def _beginning(names: Iterable[str], incomplete: str) -> Iterable[CompletionItem]:
    return (CompletionItem(name) for name in names if name.startswith(incomplete))
