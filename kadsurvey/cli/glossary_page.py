"""An entry of the glossary as a page on the terminal."""

from __future__ import annotations

import dataclasses
import json

import click

from kadsurvey.errors import ArgumentError
from kadsurvey.language.glossary import Term, UnknownTermError, search, term, terms
from kadsurvey.language.pages import Page, page, pages
from kadsurvey.language.text import Language, Text, render

_INDENT = "  "
_PROGRAM = "kadsurvey "


def show_term(word: str, lang: Language, *, as_json: bool) -> None:
    """Print the entry of a term.

    Raises
    ------
    ArgumentError
        If the glossary has no such term; it names the nearest, or those whose meaning speaks of it.
    """
    if (longer := page(word)) is not None:
        _show_page(longer, lang, as_json=as_json)
        return
    try:
        found = term(word)
    except UnknownTermError as err:
        near = list(err.near) or [entry.key for entry in search(word, lang)[:5]]
        raise ArgumentError("cli.unknown_term", term=word, known=near or "–") from None
    if as_json:
        click.echo(json.dumps(dataclasses.asdict(found), ensure_ascii=False))
    else:
        click.echo("\n\n".join(_paragraphs(found, lang)))


def _show_page(found: Page, lang: Language, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(dataclasses.asdict(found), ensure_ascii=False))
        return
    parts = [found.name[lang].capitalize()]
    parts += [f"{section.title[lang]}\n{_wrap(section.text[lang])}" for section in found.sections]
    click.echo("\n\n".join([*parts, _under("cli.explain_source", list(found.cite), lang)]))


def show_terms(lang: Language, *, as_json: bool) -> None:
    """Print every term with its key."""
    if as_json:
        click.echo(json.dumps({entry.key: entry.name for entry in terms()}, ensure_ascii=False))
        return
    click.echo(Text("cli.explain_list").render(lang) + ":")
    width = max(len(entry.key) for entry in terms())
    entries = {entry.key: entry.name[lang] for entry in terms()} | {longer.key: longer.name[lang] for longer in pages()}
    for key, name in sorted(entries.items()):
        click.echo(f"{_INDENT}{key:<{width}}  {name}")


def _paragraphs(entry: Term, lang: Language) -> list[str]:
    other = "; ".join(name for language, name in entry.name.items() if language != lang)
    paragraphs = [f"{entry.name[lang]} ({other})", _wrap(entry.meaning[lang])]
    if entry.formula:
        paragraphs.append(_under("cli.explain_formula", [entry.formula], lang))
    if entry.not_:
        paragraphs.append(_under("cli.explain_not", [entry.not_[lang]], lang))
    if entry.rules:
        rules = [f"{render(rule.value, lang)} ({rule.source})" for rule in entry.rules]
        paragraphs.append(_under("cli.explain_rules", rules, lang))
    if entry.where:
        paragraphs.append(_under("cli.explain_where", [_place(name, lang) for name in entry.where], lang))
    paragraphs.append(_under("cli.explain_source", list(entry.cite), lang))
    return paragraphs


def _place(name: str, lang: Language) -> str:
    """Return the title of a part of the report; a command as it is called."""
    if name.startswith(_PROGRAM):
        return name
    return Text("cli.explain_part", {"title": Text(f"parts.{name}")}).render(lang)


def _under(code: str, lines: list[str], lang: Language) -> str:
    body = "\n".join(_wrap(line) for line in lines)
    return f"{Text(code).render(lang)}:\n{body}"


def _wrap(text: str) -> str:
    return click.wrap_text(text, width=88, initial_indent=_INDENT, subsequent_indent=_INDENT)
