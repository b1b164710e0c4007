"""kadsurvey run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kadsurvey.cli.local import LocalCommand, chosen_language, option
from kadsurvey.cli.options import at_work

if TYPE_CHECKING:
    from kadsurvey.language.text import Language
    from kadsurvey.pipeline import Due

_NO_ANSWERS = "ingest.no_respondents"
_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command("run", cls=LocalCommand)
@option("--study", type=_FOLDER)
@option("--dry-run", is_flag=True)
@option("--backend", metavar="dask://HOST:PORT")
@option("--out", "-o", type=_FOLDER)
@option("--lang", type=click.Choice(["id", "en"]))
@option("--force", is_flag=True)
def command(
    study: Path | None, dry_run: bool, backend: str | None, out: Path | None, lang: str | None, force: bool
) -> int:
    """Do what study.toml asks for and has not been done; the help is in the catalogue."""
    from kadsurvey.language.text import Text
    from kadsurvey.pipeline import due
    from kadsurvey.study import Study

    opened = Study.open(study or Path.cwd())
    language = chosen_language(lang, opened.settings.lang)
    directory = out or opened.settings.out or opened.settings.folder / "results"
    steps = due(opened, directory, lang=language)
    if dry_run:
        for entry in steps:
            _tell(entry, "pipeline.would" if entry.reasons else "pipeline.stands", language)
        return 0
    with at_work(backend):
        statuses = [_step(entry, directory, force=force, lang=language) for entry in steps]
    done = sum(status is not None for status in statuses)
    click.echo(Text("pipeline.done", {"done": done, "all": len(steps), "folder": directory.name}).render(language))
    return max((status for status in statuses if status is not None), default=0)


def _step(entry: Due, directory: Path, *, force: bool, lang: Language) -> int | None:
    """Do one step and say so; None where there was nothing to do, and everything ends where there are no answers."""
    from kadsurvey.errors import KadsurveyError
    from kadsurvey.language.text import Text
    from kadsurvey.pipeline import do

    if not entry.reasons:
        _tell(entry, "pipeline.stands", lang)
        return None
    _tell(entry, "pipeline.doing", lang)
    try:
        run = do(entry, directory, lang=lang, force=force)
    except KadsurveyError as err:
        if err.code == _NO_ANSWERS:
            click.echo(Text("pipeline.no_answers", err.params).render(lang))
            raise click.exceptions.Exit(0) from err
        click.echo(Text("pipeline.failed", {"reason": err.render(lang)}).render(lang), err=True)
        return 1
    severities = [finding.severity for finding in run.findings]
    counts = {name: severities.count(name) for name in ("error", "warning", "note")}
    files = [path.name for path in run.files if path.parent == directory]
    click.echo(Text("pipeline.wrote", {"files": files, **counts}).render(lang))
    return run.status


def _tell(entry: Due, code: str, lang: Language) -> None:
    from kadsurvey.language.text import Text

    reasons = [reason.render(lang) for reason in entry.reasons]
    click.echo(Text(code, {"step": entry.step.name, "reasons": reasons or "–"}).render(lang))
