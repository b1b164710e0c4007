"""kadsurvey explain."""

from __future__ import annotations

import click

from kadsurvey.cli import completion
from kadsurvey.cli.local import LocalCommand, chosen_language, option


@click.command("explain", cls=LocalCommand)
@click.argument("term", required=False, shell_complete=completion.explained)
@option("--findings", is_flag=True)
@option("--lang", type=click.Choice(["id", "en"]))
@option("--json", "as_json", is_flag=True)
def command(term: str | None, findings: bool, lang: str | None, as_json: bool) -> None:
    """Show one entry of the glossary or of the findings, or list them; the help is in the catalogue."""
    from kadsurvey.cli.findings_page import show_finding, show_finding_codes
    from kadsurvey.cli.glossary_page import show_term, show_terms

    language = chosen_language(lang)
    if findings and term is None:
        show_finding_codes(language, as_json=as_json)
    elif findings and term is not None:
        show_finding(term, language, as_json=as_json)
    elif term is None:
        show_terms(language, as_json=as_json)
    else:
        show_term(term, language, as_json=as_json)
