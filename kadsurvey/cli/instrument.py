"""kadsurvey instrument list | show | check."""

from __future__ import annotations

import click

from kadsurvey.cli.local import LocalGroup, chosen_language, option


@click.group("instrument", cls=LocalGroup)
def command() -> None:
    """Hold the commands on questionnaires; the help is in the catalogue."""


@command.command("list")
@option("--lang", type=click.Choice(["id", "en"]))
def list_command(lang: str | None) -> None:
    """List the bundled questionnaires."""
    from kadsurvey.cli.console import show_table, terminal
    from kadsurvey.instrument.load import bundled_instruments, load_instrument
    from kadsurvey.report.builders.instrument import instruments_table

    table = instruments_table([load_instrument(name) for name in bundled_instruments()])
    show_table(terminal(), table, chosen_language(lang))


@command.command("show")
@click.argument("name", metavar="NAME|PATH")
@option("--lang", type=click.Choice(["id", "en"]))
def show_command(name: str, lang: str | None) -> None:
    """Show one questionnaire."""
    from kadsurvey.cli.console import show_table, terminal
    from kadsurvey.instrument.load import load_instrument
    from kadsurvey.report.builders.instrument import instrument_tables

    console = terminal()
    for table in instrument_tables(load_instrument(name)):
        show_table(console, table, chosen_language(lang))


@command.command("check")
@click.argument("name", metavar="NAME|PATH")
@option("--lang", type=click.Choice(["id", "en"]))
def check_command(name: str, lang: str | None) -> int:
    """Check one questionnaire."""
    from kadsurvey.cli.console import show_findings, terminal
    from kadsurvey.findings import worst
    from kadsurvey.instrument.check import check_instrument
    from kadsurvey.instrument.load import load_instrument
    from kadsurvey.language.text import Text

    language = chosen_language(lang)
    instrument = load_instrument(name)
    findings = check_instrument(instrument)
    show_findings(terminal(), findings, language, whole=True)
    verdict = Text(
        "cli.instrument_checked", {"name": instrument.name, "items": len(instrument.items), "findings": len(findings)}
    )
    click.echo(verdict.render(language))
    return 1 if worst(findings) == "error" else 0
