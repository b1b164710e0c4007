"""An instrument by its name or from a file."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import ValidationError

from kadsurvey._resources import bundled
from kadsurvey.errors import ArgumentError, InstrumentError, nearest
from kadsurvey.instrument.blanks import blanks_of
from kadsurvey.instrument.model import Instrument
from kadsurvey.instrument.problems import problems_of, unknown_key
from kadsurvey.instrument.source import Source, read_source
from kadsurvey.language.text import Lines, Text

_ENDINGS = (".yaml", ".yml")


def bundled_instruments() -> list[str]:
    """Return the names of the instruments that come with the program, in order.

    Examples
    --------
    >>> bundled_instruments()
    ['kad', 'kad-short']
    """
    return sorted(path.stem for path in bundled("instruments").glob("*.yaml"))


def load_instrument(name_or_path: str | Path) -> Instrument:
    """Load a questionnaire.

    Parameters
    ----------
    name_or_path : str or Path
        A Path, or a text that ends in ``.yaml`` or ``.yml`` or holds a folder, is a file; any other text is the name
        of a bundled instrument.

    Returns
    -------
    Instrument
        Validated, with the sha256 of its file.

    Raises
    ------
    ArgumentError
        If no bundled instrument has that name; it names the nearest.
    InputFileError
        If the file cannot be read as YAML.
    InstrumentError
        If it is no valid instrument, or has blanks to fill in; it lists every problem with its line.

    Examples
    --------
    >>> load_instrument("kad").item_codes("trust")
    ['T1', 'T2', 'T3', 'T4', 'T5', 'T6']
    """
    return instrument_of(read_source(instrument_path(name_or_path)))


def instrument_of(source: Source) -> Instrument:
    """Validate the data of an instrument's file; raises as `load_instrument`."""
    if blanks := blanks_of(source):
        raise InstrumentError("instrument.has_blanks", file=source.file, count=len(blanks), blanks=Lines(blanks))
    try:
        instrument = Instrument.model_validate({**source.data, "sha256": source.sha256})
    except ValidationError as err:
        raise _invalid(source, problems_of(err, source, Instrument)) from None
    if "sha256" in source.data:
        raise _invalid(source, [])
    return instrument


def instrument_path(name_or_path: str | Path) -> Path:
    """Return the file of an instrument; raises ArgumentError where no bundled one has that name."""
    if isinstance(name_or_path, Path) or name_or_path.endswith(_ENDINGS) or Path(name_or_path).name != name_or_path:
        return Path(os.path.expanduser(name_or_path))
    known = bundled_instruments()
    if name_or_path in known:
        return bundled("instruments") / f"{name_or_path}.yaml"
    near = nearest(name_or_path, known)
    if near:
        raise ArgumentError("instrument.unknown_name_near", name=name_or_path, nearest=near, known=known)
    raise ArgumentError("instrument.unknown_name", name=name_or_path, known=known)


def _invalid(source: Source, problems: list[Text]) -> InstrumentError:
    """List the problems; the hash is ours to set, so the file may not hold it."""
    if "sha256" in source.data:
        known = [key for key, field in Instrument.model_fields.items() if not field.exclude]
        place = {"file": source.file, "line": source.line_of(("sha256",)), "problem": unknown_key("sha256", known)}
        problems = [Text("instrument.at_line", place), *problems]
    return InstrumentError("instrument.invalid", file=source.file, count=len(problems), problems=Lines(problems))
