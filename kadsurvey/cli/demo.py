"""kadsurvey demo."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kadsurvey.cli.local import LocalCommand, chosen_language, option
from kadsurvey.cli.options import explain_option

if TYPE_CHECKING:
    from kadsurvey.language.text import Language

_SAMPLE_FILES = (
    *("study.toml", "officials.xlsx", "ngos.xlsx", "bodies.xlsx", "ties.xlsx", "nodes.xlsx"),
    *("truth.yaml", "README.md"),
)
_STEPS = 5
_DEFAULT_FOLDER = Path("kadsurvey-demo")


@click.command("demo", cls=LocalCommand)
@click.argument("folder", metavar="[DIR]", type=click.Path(path_type=Path, file_okay=False), default=_DEFAULT_FOLDER)
@option("--lang", type=click.Choice(["id", "en"]))
@explain_option
@option("--force", is_flag=True)
def command(folder: Path, lang: str | None, force: bool) -> None:
    """Run the whole way on the sample study; the help is in the catalogue."""
    from kadsurvey.cli.console import show_report, show_run
    from kadsurvey.cli.report import progress_bar
    from kadsurvey.language.text import Text
    from kadsurvey.study import Study

    language = chosen_language(lang)
    _copy_sample(folder, force)
    click.echo(Text("cli.demo_made", {"folder": str(folder)}).render(language))
    study = Study.open(folder)
    _heading(1, "check", language)
    show_run(study.check(lang=language, force=force), lang=language, as_json=False)
    _heading(2, "validate", language)
    show_run(study.validate(lang=language, force=force), lang=language, as_json=False)
    _heading(3, "score", language)
    show_run(study.score(lang=language, force=force), lang=language, as_json=False)
    _heading(4, "regress", language)
    show_run(study.regress(lang=language, force=force), lang=language, as_json=False)
    _heading(5, "report", language)
    with progress_bar(language) as progress:
        run = study.report(languages=(language,), command="kadsurvey report", progress=progress, force=force)
    show_report(run, lang=language, as_json=False)
    done = Text("cli.demo_done", {"folder": str(folder / "results"), "study": str(folder)})
    click.echo(done.render(language))


def _copy_sample(folder: Path, force: bool) -> None:
    import shutil
    from functools import partial

    from kadsurvey._resources import bundled
    from kadsurvey.report.writers.folder import write_files

    source = bundled("sample_data")
    write_files(folder, {name: partial(shutil.copyfile, source / name) for name in _SAMPLE_FILES}, force=force)


def _heading(place: int, name: str, language: Language) -> None:
    from kadsurvey.language.text import Text

    line = Text("cli.demo_step", {"step": place, "steps": _STEPS, "command": f"kadsurvey {name}"}).render(language)
    click.echo(f"\n{line}\n{'-' * len(line)}")
