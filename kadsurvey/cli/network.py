"""kadsurvey network."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from kadsurvey.cli.local import LocalCommand, chosen_language, option
from kadsurvey.cli.options import output_options

_FILE = click.Path(path_type=Path)


@click.command("network", cls=LocalCommand)
@click.argument("ties", required=False, type=_FILE)
@option("--nodes", type=_FILE)
@option("--by", "network_by", type=click.Choice(["body", "group", "member", "level", "all"]))
@option("--cut", type=click.IntRange(1, 4), default=1)
@option("--symmetrise", type=click.Choice(["either", "both"]), default="either")
@option("--seed", type=click.IntRange(min=0))
@option("--study", type=click.Path(path_type=Path, file_okay=False))
@output_options
def command(
    ties: Path | None,
    nodes: Path | None,
    network_by: str | None,
    seed: int | None,
    study: Path | None,
    out: Path | None,
    lang: str | None,
    as_json: bool,
    force: bool,
    **measured: Any,
) -> int:
    """Measure who works with whom and show it; the help is in the catalogue."""
    from kadsurvey.cli.console import show_run
    from kadsurvey.settings import TiesSettings
    from kadsurvey.study import Study

    opened = Study.open(study or Path.cwd(), required=study is not None)
    settings = opened.settings
    roster = settings.ties if ties is None else TiesSettings(ties)
    if roster is not None and nodes is not None:
        roster = replace(roster, nodes=nodes)
    # The survey's answers say nothing of ties, and are not read.
    settings = replace(settings, data=(), bodies=None, ties=roster, seed=settings.seed if seed is None else seed)
    language = chosen_language(lang, settings.lang)
    with _progress() as progress:
        run = replace(opened, settings=settings).network(
            by=network_by, progress=progress, out=out, lang=language, force=force, **measured
        )
    show_run(run, lang=language, as_json=as_json)
    return run.status


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None] | None]:
    """Give what draws the progress, on a terminal only."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as drawn:
        task = drawn.add_task("", total=None)
        yield lambda done, total: drawn.update(task, completed=done, total=total)
