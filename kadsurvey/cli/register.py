"""kadsurvey register check."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from kadsurvey.cli import completion
from kadsurvey.cli.local import LocalGroup, chosen_language, option
from kadsurvey.cli.options import output_options

_FILE = click.Path(path_type=Path)


@click.group("register", cls=LocalGroup)
def command() -> None:
    """Hold the commands on the register; the help is in the catalogue."""


@command.command("check")
@click.argument("register", metavar="FILE", type=_FILE)
@option("--bodies", type=_FILE)
@option("--instrument", "-i", metavar="NAME|PATH", shell_complete=completion.instruments)
@option("--study", type=click.Path(path_type=Path, file_okay=False))
@output_options
def check_command(
    register: Path,
    bodies: Path | None,
    instrument: str | None,
    study: Path | None,
    out: Path | None,
    lang: str | None,
    as_json: bool,
    force: bool,
) -> int:
    """Check a register, and a study against it; the help is in the catalogue."""
    from kadsurvey.cli.console import show_run
    from kadsurvey.study import Study

    opened = Study.open(study or Path.cwd(), required=study is not None)
    given: dict[str, Any] = {"bodies": bodies, "instrument": instrument}
    settings = replace(opened.settings, **{name: value for name, value in given.items() if value is not None})
    language = chosen_language(lang, settings.lang)
    run = replace(opened, settings=settings).register(register, out=out, lang=language, force=force)
    show_run(run, lang=language, as_json=as_json)
    return run.status
