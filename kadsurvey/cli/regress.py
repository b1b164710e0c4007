"""kadsurvey regress."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kadsurvey.cli.local import LocalCommand, chosen_language, language_of, option
from kadsurvey.cli.options import data_options, output_options
from kadsurvey.language.text import Text

if TYPE_CHECKING:
    from kadsurvey.outcomes.families import Family
    from kadsurvey.outcomes.regress import Inference
    from kadsurvey.outcomes.rows import LevelChoice
    from kadsurvey.study import Study


def split_names(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[str, ...] | None:  # noqa: ARG001
    """Split names at commas; None where the option was not given."""
    return None if value is None else tuple(name.strip() for name in value.split(",") if name.strip())


def _pairs(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    pairs = []
    for value in values:
        first, sign, second = (part.strip() for part in value.partition(":"))
        if not (first and sign and second):
            raise click.BadParameter(Text("cli.interact_pair", {"value": value}).render(language_of(ctx)), ctx, param)
        pairs.append((first, second))
    return tuple(pairs)


@click.command("regress", cls=LocalCommand)
@data_options
@option("--outcome", metavar="NAME")
@option("--formula", metavar="FORMULA")
@option("--on", callback=split_names, metavar="A,B")
@option("--controls", callback=split_names, metavar="C,D")
@option("--interact", "interactions", multiple=True, callback=_pairs, metavar="A:B")
@option("--level", type=click.Choice(["auto", "body", "respondent"]), default="auto", show_default=True)
@option(
    "--family",
    type=click.Choice(["ols", "mixed", "fixed", "difference", "fractional", "logit", "ordered", "poisson"]),
)
@option("--exposure", metavar="NAME")
@option("--year", type=int)
@option("--inference", type=click.Choice(["auto", "hc2", "hc3", "cr2", "cr3", "wild", "permutation", "ols"]))
@option("--pooled", is_flag=True)
@option("--split-sample", is_flag=True)
@option("--robustness", is_flag=True)
@option("--holm", is_flag=True)
@output_options
def command(
    study: Study,
    outcome: str | None,
    formula: str | None,
    on: tuple[str, ...] | None,
    controls: tuple[str, ...] | None,
    interactions: tuple[tuple[str, str], ...],
    level: LevelChoice,
    family: Family | None,
    exposure: str | None,
    year: int | None,
    inference: Inference | None,
    pooled: bool,
    split_sample: bool,
    robustness: bool,
    holm: bool,
    out: Path | None,
    lang: str | None,
    as_json: bool,
    force: bool,
) -> int:
    """Regress an outcome on the indices and show it; the help is in the catalogue."""
    from kadsurvey.cli.console import show_run

    language = chosen_language(lang, study.settings.lang)
    run = study.regress(
        outcome,
        formula=formula,
        on=on,
        controls=controls,
        interactions=interactions,
        level=level,
        family=family,
        exposure=exposure,
        year=year,
        inference=inference,
        pooled=pooled,
        split_sample=split_sample,
        robustness=robustness,
        adjust="holm" if holm else "none",
        out=out,
        lang=language,
        force=force,
    )
    show_run(run, lang=language, as_json=as_json)
    return run.status
