"""From an XLSForm to an instrument: exactly, where this program made the form; with blanks, where it did not."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kadsurvey.errors import InputFileError, InstrumentError
from kadsurvey.findings import Finding
from kadsurvey.instrument.blanks import blanks_of
from kadsurvey.instrument.forms.questionnaire import Questionnaire, groups_of
from kadsurvey.instrument.forms.rebase import rebase
from kadsurvey.instrument.forms.recognise import recognise
from kadsurvey.instrument.forms.xlsform import XlsForm, xlsform
from kadsurvey.instrument.forms.xlsform_file import language_of, read_xlsform
from kadsurvey.instrument.load import instrument_of
from kadsurvey.instrument.model import Instrument
from kadsurvey.instrument.source import Source, Value, parse_source
from kadsurvey.instrument.yaml_text import yaml_text
from kadsurvey.language.text import Language, Text


@dataclass(frozen=True, slots=True)
class ImportedForm:
    """The instrument that a form holds.

    Attributes
    ----------
    form : str
        Name of the form's file.
    data : dict
        Its data; a value that the form could not tell is ``???``.
    findings : tuple of Finding
        Notes on what was recognised and what was left out.
    """

    form: str
    data: dict[str, Value]
    findings: tuple[Finding, ...]

    @property
    def name(self) -> str:
        """Name of the instrument."""
        return str(self.data["name"])

    def yaml(self, lang: Language = "en") -> str:
        """Return the text of the instrument's file; comments on top say where it comes from, and of blanks."""
        comments = [Text("forms.import_source", {"file": self.form}).render(lang)]
        if blanks_of(self.source()):
            comments.append(Text("forms.import_blanks").render(lang))
        return yaml_text(self.data, comments=comments)

    def source(self) -> Source:
        """Return the instrument as its file would be read."""
        return parse_source(yaml_text(self.data).encode("utf-8"), f"{self.name}.yaml")


def import_xlsform(path: Path) -> ImportedForm:
    """Read the instrument out of an XLSForm.

    Parameters
    ----------
    path : Path
        An xlsx file.

    Returns
    -------
    ImportedForm
        Scales, items, texts and fields as the form has them. Where this program made the form, also what a form cannot
        say, and whatever was changed in the form since.

    Raises
    ------
    InputFileError
        If the file is no XLSForm, or holds no question with an answer scale.
    """
    form = read_xlsform(path)
    known = _embedded(form, path.name)
    if known is None:
        found = recognise(form, file=path.name)
        data, findings = found.data, found.findings
    else:
        source, instrument = known
        ngo_items = frozenset(code for code, item in instrument.items.items() if item.text_ngo)
        found = recognise(form, file=path.name, ngo_items=ngo_items)
        group = found.group if found.group in groups_of(instrument) else None
        written = xlsform(Questionnaire.of(instrument, group=group), lang=_language(form))
        base = recognise(written, file=path.name, ngo_items=ngo_items)
        rebased = rebase(source.data, _without_headings(base.data, found.data), found.data)
        data, findings = _without_loose_overlaps(rebased), ()
    if not data.get("constructs"):
        raise InputFileError("forms.no_scale", file=path.name)
    return ImportedForm(path.name, data, findings)


def _embedded(form: XlsForm, file: str) -> tuple[Source, Instrument] | None:
    if not form.embedded.strip():
        return None
    try:
        source = parse_source(form.embedded.encode("utf-8"), file)
        return source, instrument_of(source)
    except (InputFileError, InstrumentError) as err:
        raise InputFileError("forms.embedded_broken", file=file, reason=Text(err.code, err.params)) from err


def _language(form: XlsForm) -> Language:
    return language_of(form.settings.get("default_language")) or "id"


def _without_headings(base: dict[str, Value], now: dict[str, Value]) -> dict[str, Value]:
    """Drop the labels of constructs that have no heading in the form: a shuffled form has none, and tells nothing."""
    headed = _parts(now, "constructs")
    constructs: dict[str, Value] = {
        name: {key: value for key, value in part.items() if key != "label" or "label" in headed.get(name, {})}
        for name, part in _parts(base, "constructs").items()
    }
    return {**base, "constructs": constructs}


def _without_loose_overlaps(data: dict[str, Value]) -> dict[str, Value]:
    """Drop the overlaps of items that were taken out of the form."""
    overlaps = data.get("overlaps")
    if not isinstance(overlaps, list):
        return data
    codes = {code for part in _parts(data, "constructs").values() for code in _parts(part, "items")}
    kept: list[Value] = [
        part for part in overlaps if isinstance(part, dict) and codes.issuperset(map(str, part["items"]))
    ]
    return {**{key: part for key, part in data.items() if key != "overlaps"}, **({"overlaps": kept} if kept else {})}


def _parts(data: dict[str, Value], key: str) -> dict[str, dict[str, Value]]:
    """Return the mappings under a key."""
    found = data.get(key)
    return {name: part for name, part in found.items() if isinstance(part, dict)} if isinstance(found, dict) else {}
