"""kadsurvey lesson."""

from __future__ import annotations

from pathlib import Path

import click

from kadsurvey.cli.local import LocalGroup, chosen_language, option
from kadsurvey.cli.options import explain_option

_DEFAULT_FOLDER = Path("kadsurvey-lessons")


@click.group("lesson", cls=LocalGroup)
def command() -> None:
    """Hold the commands on lessons; the help is in the catalogue."""


@command.command("list")
@option("--lang", type=click.Choice(["id", "en"]))
@option("--json", "as_json", is_flag=True)
def list_command(lang: str | None, as_json: bool) -> None:
    """List the lessons in the order in which they are taught."""
    from kadsurvey.lessons.catalogue import LESSONS, lesson_title

    language = chosen_language(lang)
    titles = {name: lesson_title(name).render(language) for name in LESSONS}
    if as_json:
        import json

        click.echo(json.dumps(titles, ensure_ascii=False))
        return
    width = max(map(len, titles))
    for number, (name, title) in enumerate(titles.items(), start=1):
        click.echo(f"{number:>2}  {name:<{width}}  {title}")


@command.command("run")
@click.argument("name")
@option("--answers", is_flag=True)
@option("--seed", "lesson_seed", type=click.IntRange(min=0))
@option("--out", "-o", "lesson_out", type=click.Path(path_type=Path, file_okay=False), default=_DEFAULT_FOLDER)
@option("--lang", type=click.Choice(["id", "en"]))
@option("--json", "as_json", is_flag=True)
@explain_option
@option("--force", is_flag=True)
def run_command(
    name: str,
    answers: bool,
    lesson_seed: int | None,
    lesson_out: Path,
    lang: str | None,
    as_json: bool,
    force: bool,
) -> None:
    """Run a lesson: show it, and write its page."""
    from kadsurvey.cli.console import show_files, show_run, terminal
    from kadsurvey.cli.document_page import show_document
    from kadsurvey.lessons.catalogue import load_lesson
    from kadsurvey.lessons.page import lesson_document, lesson_files
    from kadsurvey.report.writers.folder import write_files
    from kadsurvey.run import Run

    language = chosen_language(lang)
    lesson = load_lesson(name)
    page = lesson.run(lesson.seed if lesson_seed is None else lesson_seed)
    document = lesson_document(page, answers=answers)
    files = write_files(lesson_out, lesson_files(page, document, language), force=force)
    if as_json:
        run = Run("lesson", {"lesson": page}, (), (), tuple(document.tables()), files=tuple(files))
        show_run(run, lang=language, as_json=True)
        return
    console = terminal()
    show_document(console, document, language)
    show_files(console, files, language)
