"""kadsurvey instrument list | show | check | export | import."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kadsurvey.cli import completion
from kadsurvey.cli.local import LocalGroup, chosen_language, option
from kadsurvey.cli.options import explain_option

if TYPE_CHECKING:
    from kadsurvey.instrument.forms.export import FormKind
    from kadsurvey.language.text import Language

_FOLDER = click.Path(path_type=Path, file_okay=False)
_RESULTS = Path("results")


@click.group("instrument", cls=LocalGroup)
def command() -> None:
    """Hold the commands on questionnaires; the help is in the catalogue."""


@command.command("list")
@option("--lang", type=click.Choice(["id", "en"]))
@explain_option
def list_command(lang: str | None) -> None:
    """List the bundled questionnaires."""
    from kadsurvey.cli.console import show_table, terminal
    from kadsurvey.instrument.load import bundled_instruments, load_instrument
    from kadsurvey.report.builders.instrument import instruments_table

    table = instruments_table([load_instrument(name) for name in bundled_instruments()])
    show_table(terminal(), table, chosen_language(lang))


@command.command("show")
@click.argument("name", metavar="NAME|PATH", shell_complete=completion.instruments)
@option("--lang", type=click.Choice(["id", "en"]))
@explain_option
def show_command(name: str, lang: str | None) -> None:
    """Show one questionnaire."""
    from kadsurvey.cli.console import show_table, terminal
    from kadsurvey.instrument.load import load_instrument
    from kadsurvey.report.builders.instrument import instrument_tables

    console = terminal()
    for table in instrument_tables(load_instrument(name)):
        show_table(console, table, chosen_language(lang))


@command.command("check")
@click.argument("name", metavar="NAME|PATH", shell_complete=completion.instruments)
@option("--lang", type=click.Choice(["id", "en"]))
def check_command(name: str, lang: str | None) -> int:
    """Check one questionnaire: its blanks first, for what has blanks is no questionnaire yet."""
    from kadsurvey.cli.console import show_findings, terminal
    from kadsurvey.findings import worst
    from kadsurvey.instrument.blanks import blanks_of
    from kadsurvey.instrument.check import check_instrument
    from kadsurvey.instrument.load import instrument_of, instrument_path
    from kadsurvey.instrument.source import read_source
    from kadsurvey.language.text import Text

    language = chosen_language(lang)
    source = read_source(instrument_path(name))
    if blanks := blanks_of(source):
        show_findings(terminal(), blanks, language, whole=True)
        click.echo(Text("cli.instrument_blanks", {"file": source.file, "count": len(blanks)}).render(language))
        return 1
    instrument = instrument_of(source)
    findings = check_instrument(instrument)
    show_findings(terminal(), findings, language, whole=True)
    verdict = Text(
        "cli.instrument_checked", {"name": instrument.name, "items": len(instrument.items), "findings": len(findings)}
    )
    click.echo(verdict.render(language))
    return 1 if worst(findings) == "error" else 0


@command.command("export")
@click.argument("name", metavar="NAME|PATH", shell_complete=completion.instruments)
@option("--to", "kind", type=click.Choice(["xlsform", "workbook", "form", "codebook"]), required=True)
@option("--group", "form_group", metavar="GROUP")
@option("--shuffle", is_flag=True)
@option("--seed", type=click.IntRange(min=0))
@option("--out", "-o", type=_FOLDER, default=_RESULTS)
@option("--lang", "form_lang", type=click.Choice(["id", "en"]))
@option("--force", is_flag=True)
def export_command(
    name: str,
    kind: FormKind,
    form_group: str | None,
    shuffle: bool,
    seed: int | None,
    out: Path,
    form_lang: Language | None,
    force: bool,
) -> None:
    """Write one questionnaire as forms."""
    from kadsurvey.cli.console import show_files, terminal
    from kadsurvey.errors import ArgumentError
    from kadsurvey.instrument.forms.export import form_files
    from kadsurvey.instrument.load import load_instrument
    from kadsurvey.language.text import LANGUAGES
    from kadsurvey.report.writers.folder import write_files

    if seed is not None and not shuffle:
        raise ArgumentError("forms.seed_without_shuffle")
    language = chosen_language(form_lang)
    files = form_files(
        load_instrument(name),
        kind,
        group=form_group,
        seed=(1 if seed is None else seed) if shuffle else None,
        languages=LANGUAGES if form_lang is None else (form_lang,),
        lang=language,
    )
    show_files(terminal(), write_files(out, files, force=force), language)


@command.command("import")
@click.argument("form", metavar="FORM.xlsx", type=click.Path(path_type=Path))
@option("--out", "-o", "import_out", type=_FOLDER, default=Path())
@option("--lang", type=click.Choice(["id", "en"]))
@option("--force", is_flag=True)
def import_command(form: Path, import_out: Path, lang: str | None, force: bool) -> None:
    """Read a questionnaire out of an XLSForm."""
    from kadsurvey.cli.console import show_files, show_findings, terminal
    from kadsurvey.instrument.blanks import blanks_of
    from kadsurvey.instrument.forms.export import text_file
    from kadsurvey.instrument.forms.import_form import import_xlsform
    from kadsurvey.language.text import Text
    from kadsurvey.report.writers.folder import write_files

    language = chosen_language(lang)
    found = import_xlsform(form)
    files = {f"{found.name}.yaml": text_file(found.yaml(language))}
    written = write_files(import_out, files, force=force)
    show_findings(terminal(), found.findings, language, whole=True)
    show_files(terminal(), written, language)
    blanks = len(blanks_of(found.source()))
    code = "cli.import_blanks" if blanks else "cli.import_whole"
    click.echo(Text(code, {"count": blanks, "file": str(written[0])}).render(language))
