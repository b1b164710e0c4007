"""kadsurvey init."""

from __future__ import annotations

from pathlib import Path

import click

from kadsurvey.cli import completion
from kadsurvey.cli.local import LocalCommand, chosen_language, option


@click.command("init", cls=LocalCommand)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@option("--instrument", "-i", metavar="NAME|PATH", shell_complete=completion.instruments, default="kad")
@option("--lang", type=click.Choice(["id", "en"]))
@option("--force", is_flag=True)
def command(folder: Path, instrument: str, lang: str | None, force: bool) -> None:
    """Make the folder of a new study; the help is in the catalogue."""
    from kadsurvey.cli.console import show_files, terminal
    from kadsurvey.instrument.forms.study_folder import SCHEMA_FILE, refuse_existing, study_files
    from kadsurvey.language.text import Text
    from kadsurvey.report.writers.folder import write_files
    from kadsurvey.run import json_file
    from kadsurvey.settings_schema import study_schema

    language = chosen_language(lang)
    files = {**study_files(instrument, lang=language), SCHEMA_FILE: json_file(study_schema())}
    if not force:
        refuse_existing(folder, files)
    written = write_files(folder, files, force=force)
    show_files(terminal(), written, language)
    entry = next(path for path in written if "workbook" in path.name)
    click.echo(Text("cli.init_next", {"folder": str(folder), "entry": entry.name}).render(language))
