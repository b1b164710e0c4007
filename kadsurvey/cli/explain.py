"""kadsurvey explain."""

from __future__ import annotations

import click

from kadsurvey.cli.local import LocalCommand, chosen_language, option


@click.command("explain", cls=LocalCommand)
@click.argument("term", required=False)
@option("--lang", type=click.Choice(["id", "en"]))
@option("--json", "as_json", is_flag=True)
def command(term: str | None, lang: str | None, as_json: bool) -> None:
    """Show one entry of the glossary, or list them; the help is in the catalogue."""
    from kadsurvey.cli.glossary_page import show_term, show_terms

    language = chosen_language(lang)
    if term is None:
        show_terms(language, as_json=as_json)
    else:
        show_term(term, language, as_json=as_json)
