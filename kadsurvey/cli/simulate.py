"""kadsurvey simulate."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kadsurvey.cli.local import LocalCommand, chosen_language, option
from kadsurvey.cli.ranges import COUNTS

if TYPE_CHECKING:
    from kadsurvey.simulation.study_folder import Layout

_LAYOUTS = ("kobo", "google", "limesurvey", "excel", "codes", "sav")
_DEFAULT_FOLDER = Path("kadsurvey-simulated")


@click.command("simulate", cls=LocalCommand)
@option("--truth", metavar="NAME|FILE", default="sample", show_default=True)
@option("--bodies", "n_bodies", type=click.IntRange(min=1))
@option("--members", "n_members", type=COUNTS, metavar="N|LOW:HIGH")
@option("--respondents", "n_respondents", type=COUNTS, metavar="N|LOW:HIGH")
@option("--ngo-share", type=click.FloatRange(0, 1))
@option("--seed", type=click.IntRange(min=0), default=1, show_default=True)
@option("--layout", type=click.Choice(_LAYOUTS), default="excel", show_default=True)
@option("--out", "-o", "simulated_out", type=click.Path(path_type=Path, file_okay=False), default=_DEFAULT_FOLDER)
@option("--lang", type=click.Choice(["id", "en"]))
@option("--force", is_flag=True)
def command(
    truth: str,
    n_bodies: int | None,
    n_members: tuple[int, int] | None,
    n_respondents: tuple[int, int] | None,
    ngo_share: float | None,
    seed: int,
    layout: Layout,
    simulated_out: Path,
    lang: str | None,
    force: bool,
) -> None:
    """Draw a synthetic study and write it as it would come from the field; the help is in the catalogue."""
    from kadsurvey.cli.console import show_files, terminal
    from kadsurvey.language.text import Text
    from kadsurvey.report.writers.folder import write_files
    from kadsurvey.simulation.simulate import simulate
    from kadsurvey.simulation.study_folder import simulated_files
    from kadsurvey.simulation.truth import load_truth

    language = chosen_language(lang)
    asked = {"bodies": n_bodies, "members": n_members, "respondents": n_respondents, "ngo_share": ngo_share}
    design: dict[str, Any] = {name: value for name, value in asked.items() if value is not None}
    source = load_truth(truth)
    study = simulate(source.changed(design=design) if design else source, seed=seed)
    written = write_files(simulated_out, simulated_files(study, layout=layout, lang=language), force=force)
    show_files(terminal(), written, language)
    params = {"bodies": len(study.bodies), "respondents": len(study.responses), "folder": str(simulated_out)}
    click.echo(Text("cli.simulate_done", params).render(language))
