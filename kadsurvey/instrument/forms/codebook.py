"""The codebook: every item, answer, field and column of the body data, as Markdown and as a workbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kadsurvey.instrument.forms.questionnaire import in_language, value_label
from kadsurvey.instrument.forms.sheets import add_table, fit_to_width
from kadsurvey.instrument.model import BodyField, Instrument, Scale, SurveyField
from kadsurvey.language.text import LANGUAGES, Language, Text

_LANGUAGE_COLUMNS = ("Indonesia", "English")


@dataclass(frozen=True, slots=True)
class Section:
    """A table of the codebook.

    Attributes
    ----------
    key : str
        Name of its sheet.
    title : str
    header : tuple of str
    rows : tuple of tuple of str
    note : str
        A sentence above the table; may be empty.
    """

    key: str
    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


def codebook(instrument: Instrument, *, lang: Language) -> tuple[Section, ...]:
    """Lay out an instrument as a codebook.

    Parameters
    ----------
    instrument : Instrument
    lang : {"id", "en"}
        Language of headings and explanations; texts and labels of the instrument stand in both.
    """
    sections = (
        _constructs(instrument, lang),
        _items(instrument, lang),
        _scales(instrument, lang),
        _fields(instrument, lang),
        _bodies(instrument, lang),
        _roster(instrument, lang),
        _overlaps(instrument, lang),
    )
    return tuple(section for section in sections if section.rows)


def write_markdown(instrument: Instrument, path: Path, *, lang: Language) -> None:
    """Write the codebook as Markdown."""
    lines = [
        f"# {_title(instrument, lang)}",
        "",
        Text("forms.codebook_of", {"name": instrument.name, "version": instrument.version}).render(lang),
    ]
    if instrument.note:
        lines += ["", in_language(instrument.note, lang)]
    for section in codebook(instrument, lang=lang):
        lines += ["", f"## {section.title}", ""]
        lines += [section.note, ""] if section.note else []
        lines += [_line(section.header), _line(["---"] * len(section.header)), *map(_line, section.rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_workbook(instrument: Instrument, path: Path, *, lang: Language) -> None:
    """Write the codebook as a workbook, a sheet a table."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    for section in codebook(instrument, lang=lang):
        sheet = book.create_sheet(section.key)
        add_table(sheet, 1, title=section.title, note=section.note, header=section.header, rows=section.rows)
        fit_to_width(sheet)
    book.save(path)


def _constructs(instrument: Instrument, lang: Language) -> Section:
    rows = [
        (name, *_both(part.label), _word(f"role_{part.role}", lang), part.kind, part.about, " ".join(part.items))
        for name, part in instrument.constructs.items()
    ]
    header = (_word("construct", lang), *_LANGUAGE_COLUMNS, *_words(lang, "role", "kind", "about", "items"))
    return Section("constructs", _word("constructs", lang), header, tuple(rows))


def _items(instrument: Instrument, lang: Language) -> Section:
    two = any(item.text_ngo for item in instrument.items.values())
    other_names = any(item.aliases for item in instrument.items.values())
    rows = []
    for code, item in instrument.items.items():
        ngo = _both(item.text_ngo) if two else ()
        turned = "R" if item.reverse else ""
        place = (code, instrument.construct_of[code], item.scale, turned)
        aliases = ("; ".join(item.aliases),) if other_names else ()
        rows.append((*place, *_both(item.text), *ngo, item.source, *aliases))
    ngo_header = tuple(f"{name} (NGO)" for name in _LANGUAGE_COLUMNS) if two else ()
    header = (
        *_words(lang, "item", "construct", "scale"), "R", *_LANGUAGE_COLUMNS, *ngo_header,
        *_words(lang, *(["source", "aliases"] if other_names else ["source"])),
    )  # fmt: skip
    return Section("items", _word("items", lang), header, tuple(rows), _word("note_items", lang))


def _scales(instrument: Instrument, lang: Language) -> Section:
    rows = [row for name, scale in instrument.scales.items() for row in _answers(name, scale, lang)]
    header = (*_words(lang, "scale", "code"), *_LANGUAGE_COLUMNS, *_words(lang, "meaning", "also_read"))
    return Section("scales", _word("scales", lang), header, tuple(rows), _word("note_scales", lang))


def _answers(name: str, scale: Scale, lang: Language) -> Iterator[tuple[str, ...]]:
    for code in scale.codes:
        yield _answer(name, str(code), scale.labels.get(code, {}), _word("scale_point", lang))
    for part in scale.missing:
        code_text = "" if part.code is None else str(part.code)
        yield _answer(name, code_text, part.labels, _word(part.kind, lang))


def _answer(name: str, code: str, labels: Mapping[Language, tuple[str, ...]], meaning: str) -> tuple[str, ...]:
    first = tuple(next(iter(labels.get(lang, ())), "") for lang in LANGUAGES)
    others = [text for lang in LANGUAGES for text in labels.get(lang, ())[1:]]
    return (name, code, *first, meaning, "; ".join(others))


def _fields(instrument: Instrument, lang: Language) -> Section:
    rows = [
        (name, _word(f"field_{part.role}", lang), _word(f"type_{part.type}", lang), *_both(part.label),
         _values(part), "; ".join(part.aliases))
        for name, part in instrument.fields.items()
    ]  # fmt: skip
    header = (*_words(lang, "column", "role", "type"), *_LANGUAGE_COLUMNS, *_words(lang, "values", "aliases"))
    return Section("fields", _word("fields", lang), header, tuple(rows))


def _bodies(instrument: Instrument, lang: Language) -> Section:
    rows = [
        (name, _word(f"type_{part.type}", lang), part.unit, _word(f"role_{part.role}", lang), *_both(part.label),
         _values(part), "; ".join(part.aliases))
        for name, part in instrument.bodies.items()
    ]  # fmt: skip
    header = (*_words(lang, "column", "type", "unit", "role"), *_LANGUAGE_COLUMNS, *_words(lang, "values", "aliases"))
    return Section("bodies", _word("bodies", lang), header, tuple(rows), _word("note_bodies", lang))


def _roster(instrument: Instrument, lang: Language) -> Section:
    roster = instrument.roster
    if roster is None:
        return Section("roster", "", (), ())
    limits = f"{roster.minimum}-{roster.maximum}"
    rows = [(name, *_both(words), limits) for name, words in roster.relations.items()]
    header = (_word("relation", lang), *_LANGUAGE_COLUMNS, _word("values", lang))
    return Section("roster", _word("roster", lang), header, tuple(rows), in_language(roster.text, lang))


def _overlaps(instrument: Instrument, lang: Language) -> Section:
    rows = [(" ".join(overlap.items), *_both(overlap.note)) for overlap in instrument.overlaps]
    header = (_word("items", lang), *_LANGUAGE_COLUMNS)
    return Section("overlaps", _word("overlaps", lang), header, tuple(rows), _word("note_overlaps", lang))


def _values(field: SurveyField | BodyField) -> str:
    shown = []
    for value in field.values:
        labels = dict.fromkeys(value_label(field, value, lang) for lang in LANGUAGES)
        shown.append(f"{value} = {' / '.join(labels)}")
    return "; ".join(shown)


def _title(instrument: Instrument, lang: Language) -> str:
    return in_language(instrument.title, lang, instrument.name)


def _both(words: Mapping[Language, str]) -> tuple[str, ...]:
    return tuple(words.get(lang, "") for lang in LANGUAGES)


def _word(name: str, lang: Language) -> str:
    return Text(f"forms.codebook_{name}").render(lang)


def _words(lang: Language, *names: str) -> tuple[str, ...]:
    return tuple(_word(name, lang) for name in names)


def _line(cells: tuple[str, ...] | list[str]) -> str:
    return "| " + " | ".join(" ".join(cell.replace("|", "\\|").split()) for cell in cells) + " |"
