"""kadsurvey efficiency."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from kadsurvey.cli import completion
from kadsurvey.cli.local import LocalCommand, chosen_language, option
from kadsurvey.cli.options import output_options
from kadsurvey.cli.regress import split_names

_FILE = click.Path(path_type=Path)


@click.command("efficiency", cls=LocalCommand)
@click.argument("bodies", required=False, type=_FILE)
@option("--instrument", "-i", metavar="NAME|PATH", shell_complete=completion.instruments)
@option("--inputs", callback=split_names, metavar="A,B")
@option("--outputs", callback=split_names, metavar="C,D")
@option("--by", metavar="COLUMN")
@option("--returns", type=click.Choice(["vrs", "crs"]))
@option("--derive", type=click.Choice(["auto", "given", "alone", "output"]))
@option("--deflator", type=_FILE)
@option("--seed", type=click.IntRange(min=0))
@option("--study", type=click.Path(path_type=Path, file_okay=False))
@output_options
def command(
    bodies: Path | None,
    instrument: str | None,
    seed: int | None,
    study: Path | None,
    out: Path | None,
    lang: str | None,
    as_json: bool,
    force: bool,
    **compared: Any,
) -> int:
    """Compare the costs of bodies and show them; the help is in the catalogue."""
    from kadsurvey.cli.console import show_run
    from kadsurvey.study import Study

    opened = Study.open(study or Path.cwd(), required=study is not None)
    asked = {name: value for name, value in compared.items() if value is not None}
    given: dict[str, Any] = {"bodies": bodies, "instrument": instrument, "seed": seed}
    given = {name: value for name, value in given.items() if value is not None}
    # The survey's answers say nothing of costs, and are not read.
    settings = replace(opened.settings, data=(), efficiency=replace(opened.settings.efficiency, **asked), **given)
    language = chosen_language(lang, settings.lang)
    run = replace(opened, settings=settings).efficiency(out=out, lang=language, force=force)
    show_run(run, lang=language, as_json=as_json)
    return run.status
