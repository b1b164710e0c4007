"""kadsurvey power."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kadsurvey.cli.local import LocalCommand, chosen_language, option
from kadsurvey.cli.options import at_work, output_options
from kadsurvey.cli.ranges import Grid
from kadsurvey.cli.regress import split_names

if TYPE_CHECKING:
    from kadsurvey.language.text import Language
    from kadsurvey.simulation.power_replicate import Plan, PowerMethod
    from kadsurvey.simulation.replications import Key

_INTERRUPTED = 130
_DEFAULT_FOLDER = Path("results")


@click.command("power", cls=LocalCommand)
@option("--truth", metavar="NAME|FILE", default="sample", show_default=True)
@option("--bodies", "plan_bodies", type=Grid(5), metavar="N,N|LOW:HIGH", default="6,12,24", show_default=True)
@option("--respondents", "plan_respondents", type=Grid(3), metavar="N,N|LOW:HIGH", default="8", show_default=True)
@option("--effect", type=float, default=0.3, show_default=True)
@option("--on", "plan_on", callback=split_names, metavar="A,B", default="trust", show_default=True)
@option("--method", type=click.Choice(["factor", "mean"]), default="factor", show_default=True)
@option("--replications", type=click.IntRange(min=1), default=1000, show_default=True)
@option("--seed", type=click.IntRange(min=0), default=1, show_default=True)
@option("--resume", is_flag=True)
@option("--backend", metavar="dask://HOST:PORT")
@output_options
def command(
    truth: str,
    plan_bodies: tuple[int, ...],
    plan_respondents: tuple[int, ...],
    effect: float,
    plan_on: tuple[str, ...],
    method: PowerMethod,
    replications: int,
    seed: int,
    resume: bool,
    backend: str | None,
    out: Path | None,
    lang: str | None,
    as_json: bool,
    force: bool,
) -> int:
    """Simulate designs and show what they find; the help is in the catalogue."""
    from kadsurvey.cli.console import show_run
    from kadsurvey.report.builders.power import power_tables
    from kadsurvey.report.figures.power import power_figure
    from kadsurvey.report.writers.folder import write_files
    from kadsurvey.run import Run, workbook
    from kadsurvey.simulation.power import frame_of, keys_of, plan_of, summarised

    language, folder = chosen_language(lang), out or _DEFAULT_FOLDER
    plan = plan_of(truth, on=plan_on, effect=effect, method=method, seed=seed)
    keys = keys_of(plan_bodies, plan_respondents, replications)
    with at_work(backend):
        done, interrupted = _simulated(plan, keys, folder, resume=resume, force=force, lang=language)
    if not done:
        return _INTERRUPTED
    found = summarised(plan, frame_of({key: done[key] for key in keys if key in done}))
    tables = power_tables(found, plan.truth.instrument)
    figure = power_figure(found)

    def draw(path: Path) -> None:
        path.write_text(figure.draw(language).svg, encoding="utf-8", newline="\n")

    writers: dict[str, Callable[[Path], None]] = {"power.xlsx": workbook(tables, language), "power.svg": draw}
    files = tuple(write_files(folder, writers, force=force or resume))
    run = Run("power", {"power": found}, (), (), tables, files=files)
    show_run(run, lang=language, as_json=as_json)
    return _INTERRUPTED if interrupted else run.status


def _simulated(
    plan: Plan, keys: list[Key], folder: Path, *, resume: bool, force: bool, lang: Language
) -> tuple[dict[Key, dict[str, float]], bool]:
    """Return the studies that are done, those of an earlier run among them, and whether this one was interrupted."""
    from kadsurvey.errors import OutputError
    from kadsurvey.language.text import Text
    from kadsurvey.simulation.power import run_plan
    from kadsurvey.simulation.power_store import STORE_FILE, Store

    path = folder / STORE_FILE
    store, done = Store(path, plan), dict[tuple[int, ...], dict[str, float]]()
    if resume and path.exists():
        done = store.done()
    elif path.exists() and not force:
        raise OutputError("simulation.power_exists", file=STORE_FILE)
    else:
        store.begin()
    rest = [key for key in keys if key not in done]
    with _progress(len(keys), len(keys) - len(rest), lang) as advance:

        def told(key: Key, row: dict[str, float]) -> None:
            store.add(key, row)
            done[key] = row
            advance()

        try:
            run_plan(plan, rest, told=told)
        except KeyboardInterrupt:
            kept = sum(key in done for key in keys)
            click.echo(Text("cli.power_interrupted", {"kept": kept, "all": len(keys)}).render(lang), err=True)
            return done, True
    return done, False


@contextmanager
def _progress(total: int, done: int, lang: Language) -> Iterator[Callable[[], None]]:
    """Give what moves a bar with the time left, on a terminal only."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from kadsurvey.language.text import Text

    words = Text("cli.power_progress").render(lang)
    columns = (TextColumn(words), BarColumn(bar_width=30), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as drawn:
        task = drawn.add_task("", total=total, completed=done)
        yield lambda: drawn.advance(task)
