"""kadsurvey check."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kadsurvey.cli.local import LocalCommand, chosen_language, option
from kadsurvey.cli.options import data_options, output_options

if TYPE_CHECKING:
    from kadsurvey.study import Study


@click.command("check", cls=LocalCommand)
@data_options
@option("--privacy", is_flag=True)
@output_options
def command(study: Study, privacy: bool, out: Path | None, lang: str | None, as_json: bool, force: bool) -> int:
    """Run the check station and show it; the help is in the catalogue."""
    from kadsurvey.cli.console import show_run

    language = chosen_language(lang, study.settings.lang)
    run = study.check(privacy=privacy, out=out, lang=language, force=force)
    show_run(run, lang=language, as_json=as_json)
    return run.status
