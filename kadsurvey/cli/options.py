"""The options that every command on DATA shares, and how they become a Study."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kadsurvey.cli import completion
from kadsurvey.cli.local import language_of, option
from kadsurvey.ingest.dialects import DIALECTS
from kadsurvey.language.text import Text

if TYPE_CHECKING:
    from kadsurvey.settings import TiesSettings
    from kadsurvey.study import Study

_FILE = click.Path(path_type=Path)
_FOLDER = click.Path(path_type=Path, file_okay=False)


EXPLAIN_KEY = "kadsurvey.explain"
"""Where a click context keeps the keys of the terms that ``--explain`` has explained so far."""


def explain_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--explain``, which whatever prints a table looks up by itself."""
    return option("--explain", is_flag=True, expose_value=False, callback=_remember_explain)(function)


def _remember_explain(ctx: click.Context, param: click.Parameter, value: bool) -> None:  # noqa: ARG001
    if value:
        ctx.meta[EXPLAIN_KEY] = set()


def explained_terms() -> set[str] | None:
    """Return the keys of the terms explained so far in this call; None where ``--explain`` was not given."""
    ctx = click.get_current_context(silent=True)
    found: set[str] | None = None if ctx is None else ctx.meta.get(EXPLAIN_KEY)
    return found


def output_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options on where results go and how they are shown."""
    for add in (
        option("--force", is_flag=True),
        explain_option,
        option("--json", "as_json", is_flag=True),
        option("--lang", type=click.Choice(["id", "en"])),
        option("--out", "-o", type=_FOLDER),
    ):
        function = add(function)
    return function


@contextmanager
def at_work(backend: str | None) -> Iterator[None]:
    """Use a cluster while a command runs, where one is named."""
    if backend is None:
        yield
        return
    from kadsurvey import workers

    with workers.backend(backend):
        yield


def data_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add DATA and the options that say how it is read and scored; the command is given a Study.

    One set for all commands, so that ``score`` and ``regress`` never see different data.
    """

    @wraps(function)
    def with_study(
        data: tuple[Path, ...],
        instrument: str | None,
        bodies: Path | None,
        ties: Path | None,
        nodes: Path | None,
        mapping: Path | None,
        group: tuple[tuple[str, Path], ...],
        dialect: str | None,
        exclude_rejected: bool,
        drop: tuple[str, ...],
        min_cell: int | None,
        method: str | None,
        model: Path | None,
        seed: int | None,
        study: Path | None,
        backend: str | None,
        **rest: Any,
    ) -> Any:
        opened = _open_study(
            data,
            group,
            study,
            instrument=instrument,
            bodies=bodies,
            ties=_roster(ties, nodes),
            mapping=mapping,
            dialect=dialect,
            exclude_rejected=exclude_rejected or None,
            drop=drop or None,
            min_cell=min_cell,
            method=method,
            model=model,
            seed=seed,
        )
        with at_work(backend):
            return function(study=opened, **rest)

    decorated: Callable[..., Any] = with_study
    for add in (
        option("--backend", metavar="dask://HOST:PORT"),
        option("--study", type=_FOLDER),
        option("--seed", type=click.IntRange(min=0)),
        option("--model", type=_FILE),
        option("--method", type=click.Choice(["factor", "mean"])),
        option("--min-cell", type=click.IntRange(min=1)),
        option("--exclude-rejected", is_flag=True),
        option("--dialect", type=click.Choice(DIALECTS)),
        option("--drop", multiple=True, metavar="FLAG,FLAG", callback=_names, shell_complete=completion.flags),
        option("--group", multiple=True, metavar="GROUP=FILE", callback=_group_files),
        option("--mapping", type=_FILE),
        option("--nodes", type=_FILE),
        option("--ties", type=_FILE),
        option("--bodies", type=_FILE),
        option("--instrument", "-i", metavar="NAME|PATH", shell_complete=completion.instruments),
        click.argument("data", nargs=-1, type=_FILE),
    ):
        decorated = add(decorated)
    return decorated


def _names(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:  # noqa: ARG001
    """Split names at commas; the option may be repeated too."""
    return tuple(name for value in values for part in value.split(",") if (name := part.strip()))


def _group_files(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> tuple[tuple[str, Path], ...]:
    """Split each ``official=FILE`` into the group and its file."""
    pairs = []
    for value in values:
        name, sign, file = value.partition("=")
        if not (name and sign and file):
            message = Text("cli.group_file", {"value": value}).render(language_of(ctx))
            raise click.BadParameter(message, ctx, param)
        pairs.append((name, Path(file)))
    return tuple(pairs)


def _roster(ties: Path | None, nodes: Path | None) -> TiesSettings | None:
    from kadsurvey.settings import TiesSettings

    return None if ties is None else TiesSettings(ties, nodes)


def _open_study(
    data: tuple[Path, ...], group: tuple[tuple[str, Path], ...], folder: Path | None, **options: Any
) -> Study:
    from kadsurvey.study import DataFile, Study

    study = Study.open(folder or Path.cwd(), required=folder is not None)
    given = dict(options)
    files = tuple(DataFile(path) for path in data) + tuple(DataFile(path, name) for name, path in group)
    if files:
        given["data"] = files
    return with_settings(study, **given)


def with_settings(study: Study, **options: Any) -> Study:
    """Return the study with the options that were given in place of its settings."""
    given = {name: value for name, value in options.items() if value is not None}
    return replace(study, settings=replace(study.settings, **given)) if given else study
