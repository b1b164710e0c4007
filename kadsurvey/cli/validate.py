"""kadsurvey validate."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kadsurvey.cli.local import LocalCommand, chosen_language, option
from kadsurvey.cli.options import data_options, output_options

if TYPE_CHECKING:
    from kadsurvey.measurement.correlation import CorrelationKind
    from kadsurvey.stats.factoring import Rotation
    from kadsurvey.study import Study


@click.command("validate", cls=LocalCommand)
@data_options
@option("--construct", "constructs", multiple=True, metavar="NAME")
@option("--correlation", type=click.Choice(["polychoric", "pearson"]), default="polychoric", show_default=True)
@option("--factors", type=click.IntRange(min=1))
@option(
    "--rotation",
    type=click.Choice(["oblimin", "promax", "varimax", "none"]),
    default="oblimin",
    show_default=True,
)
@option("--by", "invariance_by", metavar="COLUMN")
@option("--person", metavar="COLUMN")
@output_options
def command(
    study: Study,
    constructs: tuple[str, ...],
    correlation: CorrelationKind,
    factors: int | None,
    rotation: Rotation,
    invariance_by: str | None,
    person: str | None,
    out: Path | None,
    lang: str | None,
    as_json: bool,
    force: bool,
) -> int:
    """Judge the instrument in these answers and show it; the help is in the catalogue."""
    from kadsurvey.cli.console import show_run

    language = chosen_language(lang, study.settings.lang)
    run = study.validate(
        constructs=constructs or None,
        correlation=correlation,
        factors=factors,
        rotation=rotation,
        by=invariance_by,
        person=person,
        out=out,
        lang=language,
        force=force,
    )
    show_run(run, lang=language, as_json=as_json)
    return run.status
