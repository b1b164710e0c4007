"""kadsurvey score."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kadsurvey.cli.local import LocalCommand, chosen_language
from kadsurvey.cli.options import data_options, output_options

if TYPE_CHECKING:
    from kadsurvey.study import Study


@click.command("score", cls=LocalCommand)
@data_options
@output_options
def command(study: Study, out: Path | None, lang: str | None, as_json: bool, force: bool) -> int:
    """Run the score station and show it; the help is in the catalogue."""
    from kadsurvey.cli.console import show_run

    language = chosen_language(lang, study.settings.lang)
    run = study.score(out=out, lang=language, force=force)
    show_run(run, lang=language, as_json=as_json)
    return run.status
