"""kadsurvey score."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kadsurvey.cli.local import LocalCommand, chosen_language, option
from kadsurvey.cli.options import data_options, output_options, with_settings

if TYPE_CHECKING:
    from kadsurvey.settings import MembersName
    from kadsurvey.study import Study


@click.command("score", cls=LocalCommand)
@data_options
@option("--members", type=click.Choice(["census", "sample"]))
@option("--weight", metavar="FIELD")
@option("--second-order", is_flag=True)
@option("--before", type=click.Path(path_type=Path))
@output_options
def command(
    study: Study,
    members: MembersName | None,
    weight: str | None,
    second_order: bool,
    before: Path | None,
    out: Path | None,
    lang: str | None,
    as_json: bool,
    force: bool,
) -> int:
    """Run the score station and show it; the help is in the catalogue."""
    from kadsurvey.cli.console import show_run

    given: dict[str, Any] = {"members": members, "weight": weight, "before": before}
    study = with_settings(study, **given, second_order=second_order or None)
    language = chosen_language(lang, study.settings.lang)
    run = study.score(out=out, lang=language, force=force)
    show_run(run, lang=language, as_json=as_json)
    return run.status
