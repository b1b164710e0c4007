"""kadsurvey report."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PureWindowsPath
from typing import TYPE_CHECKING

import click

from kadsurvey.cli.local import LocalCommand, chosen_language, language_of, option
from kadsurvey.cli.options import data_options
from kadsurvey.cli.regress import split_names
from kadsurvey.language.text import LANGUAGES, Language, Text

if TYPE_CHECKING:
    from kadsurvey.report.document import Progress
    from kadsurvey.report.writers.report import Format, TexStyle
    from kadsurvey.settings import ModelSettings
    from kadsurvey.study import Study

_FORMATS: tuple[Format, ...] = ("xlsx", "docx", "html", "tex", "md")


def _formats(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[Format, ...] | None:
    names = split_names(ctx, param, value)
    if names is None:
        return None
    if unknown := [name for name in names if name not in _FORMATS]:
        params = {"unknown": unknown, "known": list(_FORMATS)}
        raise click.BadParameter(Text("cli.unknown_format", params).render(language_of(ctx)), ctx, param)
    return tuple(known for known in _FORMATS if known in names)


@click.command("report", cls=LocalCommand)
@data_options
@option("--outcome", metavar="NAME")
@option("--on", callback=split_names, metavar="A,B")
@option("--controls", callback=split_names, metavar="C,D")
@option("--format", "formats", callback=_formats, metavar="F,G")
@option("--template", type=click.Path(path_type=Path))
@option("--tex", type=click.Choice(["article", "apa7"]), default="article", show_default=True)
@option("--stars", is_flag=True)
@option("--force", is_flag=True)
@option("--json", "as_json", is_flag=True)
@option("--lang", type=click.Choice([*LANGUAGES, "both"]))
@option("--out", "-o", type=click.Path(path_type=Path, file_okay=False))
def command(
    study: Study,
    outcome: str | None,
    on: tuple[str, ...] | None,
    controls: tuple[str, ...] | None,
    formats: tuple[Format, ...] | None,
    template: Path | None,
    tex: TexStyle,
    stars: bool,
    force: bool,
    as_json: bool,
    lang: str | None,
    out: Path | None,
) -> int:
    """Write the report and say which files to open; the help is in the catalogue."""
    from kadsurvey.cli.console import show_report

    language = chosen_language(None if lang == "both" else lang, study.settings.lang)
    with progress_bar(language) as progress:
        run = study.report(
            models=_models(study, outcome, on, controls),
            formats=formats,
            languages=LANGUAGES if lang == "both" else (language,),
            template=template,
            tex=tex,
            stars=stars,
            command=_command_line(),
            progress=progress,
            out=out,
            force=force,
        )
    show_report(run, lang=language, as_json=as_json)
    return run.status


def _models(
    study: Study, outcome: str | None, on: tuple[str, ...] | None, controls: tuple[str, ...] | None
) -> tuple[ModelSettings, ...] | None:
    """Return the one model that the options ask for; None leaves those of study.toml."""
    from dataclasses import replace

    if outcome is None and on is None and controls is None:
        return None
    named = study.model_named(outcome, None)
    on = named.on if on is None else on
    return (replace(named, on=on, controls=named.controls if controls is None else controls),)


def _command_line() -> str:
    """Return the command line as it was given, files without their folders."""
    return shlex.join(["kadsurvey", *map(_without_folder, sys.argv[1:])])


def _without_folder(word: str) -> str:
    """Return a word of the command line with a path's last part only: ``official=in/o.xlsx`` is ``official=o.xlsx``."""
    before, sign, value = word.rpartition("=")
    return before + sign + (PureWindowsPath(value).name if "/" in value or "\\" in value else value)


@contextmanager
def progress_bar(lang: Language) -> Iterator[Progress | None]:
    """Give what draws a bar with the name of the step, on a terminal only."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from kadsurvey.language.text import Label, render

    columns = (BarColumn(bar_width=30), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as drawn:
        task = drawn.add_task("", total=None)

        def told(label: Label, done: int, total: int) -> None:
            drawn.update(task, completed=done, total=total, description=render(label, lang))

        yield told
