"""What a new study begins with: settings, the questionnaire and its forms, workbooks for answers and body data."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from kadsurvey.errors import OutputError
from kadsurvey.instrument.forms.bodies_workbook import write_bodies_workbook
from kadsurvey.instrument.forms.export import FormKind, Writer, form_files, text_file
from kadsurvey.instrument.load import instrument_path, load_instrument
from kadsurvey.instrument.model import Instrument
from kadsurvey.language.text import Language, Text

STUDY_FILE = "study.toml"
BODIES_FILE = "bodies.xlsx"
SCHEMA_FILE = "study.schema.json"
"""Named in the first line of study.toml, by which editors complete its keys."""

_KINDS: tuple[FormKind, ...] = ("workbook", "xlsform", "form")


def study_files(name_or_path: str | Path, *, lang: Language) -> dict[str, Writer]:
    """Return the files of a new study folder.

    Parameters
    ----------
    name_or_path : str or Path
        The questionnaire; its file is copied, so that it can be changed.
    lang : {"id", "en"}
        Language of the comments, the workbooks and the printed forms.

    Returns
    -------
    dict
        What writes each file, by its name; ``study.toml`` comes first, the entry workbook is the one it names.

    Raises
    ------
    ArgumentError, InputFileError, InstrumentError
        As `kadsurvey.instrument.load.load_instrument`.
    """
    instrument = load_instrument(name_or_path)
    copy = f"{instrument.name}.yaml"
    forms: dict[str, Writer] = {}
    for kind in _KINDS:
        forms |= form_files(instrument, kind, languages=(lang,), lang=lang)
    entry = next(iter(forms))
    return {
        STUDY_FILE: text_file(study_toml(instrument, copy, entry, lang=lang)),
        copy: partial(shutil.copyfile, instrument_path(name_or_path)),
        **forms,
        BODIES_FILE: partial(write_bodies_workbook, instrument, lang=lang),
    }


def refuse_existing(folder: Path, names: Iterable[str]) -> None:
    """Stop where a folder already holds one of the files, changed or not: a study is begun once.

    Raises
    ------
    OutputError
    """
    existing = [name for name in names if (folder / name).exists()]
    if existing:
        raise OutputError("forms.study_exists", folder=folder.resolve().name, files=existing)


def study_toml(instrument: Instrument, instrument_file: str, data_file: str, *, lang: Language) -> str:
    """Return the settings of a new study, with comments.

    What needs the body data stands behind a comment sign until there are any: with an empty file of bodies nothing
    could be checked.
    """
    return "\n".join(_toml_lines(instrument, instrument_file, data_file, lang)) + "\n"


def _toml_lines(instrument: Instrument, instrument_file: str, data_file: str, lang: Language) -> Iterator[str]:
    def say(code: str, **params: object) -> str:
        return f"# {Text(code, params).render(lang)}"

    predictors = _quoted(instrument.constructs_with(role="predictor"))
    yield f"#:schema ./{SCHEMA_FILE}"
    yield say("forms.toml_head")
    yield "version = 1"
    yield f'instrument = "{instrument_file}"'
    yield f'lang = "{lang}"'
    yield say("forms.toml_seed")
    yield "seed = 1"
    yield ""
    yield say("forms.toml_data", file=data_file)
    yield "[[data]]"
    yield f'file = "{data_file}"'
    yield ""
    yield say("forms.toml_bodies", file=BODIES_FILE)
    yield "# [bodies]"
    yield f'# file = "{BODIES_FILE}"'
    yield ""
    yield "[score]"
    yield say("forms.toml_method")
    yield 'method = "factor"'
    yield say("forms.toml_min_cell")
    yield "min_cell = 5"
    outcomes = instrument.constructs_with(role="outcome")
    if predictors and outcomes:
        yield ""
        yield say("forms.toml_model")
        yield from _model(outcomes[0], predictors, "")
    of_bodies = [name for name, part in instrument.bodies.items() if part.role == "outcome"]
    if predictors and of_bodies:
        yield ""
        yield say("forms.toml_body_model")
        yield from _model(of_bodies[0], predictors, "# ")


def _model(outcome: str, predictors: str, sign: str) -> Iterator[str]:
    yield f"{sign}[[model]]"
    yield f'{sign}outcome = "{outcome}"'
    yield f"{sign}on = [{predictors}]"


def _quoted(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
