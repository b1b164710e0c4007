"""Answers as the texts that survey programs write: a code, or a label."""

from __future__ import annotations

import pandas as pd

from kadsurvey.instrument.model import FieldRole, Instrument, Words
from kadsurvey.language.text import Language
from kadsurvey.simulation.layouts.respondents import Group


def code_texts(ticked: pd.Series) -> list[str]:
    """Return the codes as text, a blank as the empty text."""
    return ["" if pd.isna(point) else str(int(point)) for point in ticked]


def answer_labels(instrument: Instrument, code: str, lang: Language) -> dict[int, str]:
    """Return the printed label of each code of an item's scale, those of missing answers too."""
    scale = instrument.scale_of(code)
    labels = {point: words[lang][0] for point, words in scale.labels.items()}
    return labels | {
        gap.code: gap.labels[lang][0] for gap in scale.missing if gap.code is not None and lang in gap.labels
    }


def label_texts(instrument: Instrument, code: str, ticked: pd.Series, lang: Language) -> list[str]:
    """Return the labels of the answers in a language, a blank as the empty text."""
    labels = answer_labels(instrument, code, lang)
    return ["" if pd.isna(point) else labels.get(int(point), str(int(point))) for point in ticked]


def question(instrument: Instrument, code: str, group: Group, lang: Language) -> str:
    """Return the question as a group reads it."""
    item = instrument.items[code]
    words: Words = item.text_ngo if group == "ngo" and item.text_ngo else item.text
    return words.get(lang, code)


def field_label(instrument: Instrument, role: FieldRole, lang: Language) -> str:
    """Return the printed label of the field of a role; without such a field the role itself."""
    name = instrument.field_with(role)
    return role if name is None else instrument.fields[name].label.get(lang, name)
