"""Sentences on who answered, who was left out, and which answers are missing."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from kadsurvey.instrument.model import Instrument
from kadsurvey.language.text import Label, Text
from kadsurvey.measurement.validation import Validation
from kadsurvey.quality.screening import Screening
from kadsurvey.report.document import Prose
from kadsurvey.report.narrative.words import group_words, listed, variable_words

MANY_UNKNOWING = 0.20
"""Share of "I do not know" from which those who did answer are no picture of their group."""


def sample(screening: Screening) -> Prose:
    """Say how many answers were read and kept, why others were not, and how many each body has."""
    excluded, left_out, clean = screening.clean.excluded, screening.ledger, screening.clean.data
    read = len(screening.flags) + len(excluded)
    sentences: list[Label] = [Text("narrative.sample_used", {"used": len(clean), "read": read})]
    if len(excluded):
        sentences.append(Text("narrative.sample_rejected", {"count": len(excluded)}))
    if len(left_out):
        sentences.append(Text("narrative.sample_left_out", {"count": len(left_out), "reasons": _reasons(left_out)}))
    if not len(excluded) and not len(left_out):
        sentences.append(Text("narrative.sample_all"))
    sentences += _flagged(screening)
    sentences += _a_body(clean)
    sentences.append(Text("narrative.sample_sent"))
    return Prose(tuple(sentences), refers=("screens",))


def _reasons(left_out: pd.DataFrame) -> Label:
    flags = left_out["reason"].str.split(r",\s*", regex=True).explode().value_counts()
    named = [Text(f"quality.flag_{flag}") for flag in flags.index]
    return listed([Text("narrative.reason", {"flag": flag, "n": int(n)}) for flag, n in zip(named, flags, strict=True)])


def _flagged(screening: Screening) -> Iterator[Label]:
    kept = screening.flags.loc[screening.flags.index.isin(screening.clean.data.index)]
    flagged = int(kept.any(axis=1).sum())
    if flagged:
        params = {"count": flagged, "share": flagged / len(kept)}
        yield Text("narrative.sample_flagged", params)
    else:
        yield Text("narrative.sample_unflagged")


def _a_body(data: pd.DataFrame) -> Iterator[Label]:
    if "body" not in data or not data["body"].notna().any():
        yield Text("narrative.sample_no_bodies")
        return
    sizes = data["body"].value_counts()
    if len(sizes) > 1:
        yield Text("narrative.sample_a_body", {"low": int(sizes.min()), "high": int(sizes.max())})
    if "member" in data and data["member"].notna().any():
        members = data[["body", "member"]].dropna().drop_duplicates()
        yield Text("narrative.sample_members", {"members": len(members)})


def missing_answers(validation: Validation, instrument: Instrument) -> Prose | None:
    """Say where "I do not know" is most and least frequent, and which item lacks most answers."""
    rates = validation.dont_know.dropna(subset=["dont_know_share"])
    if rates.empty:
        return None
    ordered = rates.sort_values("dont_know_share", ascending=False, kind="stable")
    most, least = ordered.iloc[0], ordered.iloc[-1]
    sentences: list[Label] = []
    if most["dont_know"] == 0:
        sentences.append(Text("narrative.missing_none_unknowing"))
    else:
        sentences.append(_rate("most", most, instrument))
        if most["dont_know_share"] >= MANY_UNKNOWING:
            sentences.append(Text("narrative.missing_selective"))
        if len(ordered) > 1:
            sentences.append(_rate("least", least, instrument))
    worst = validation.items["missing_share"].sort_values(ascending=False, kind="stable")
    item = str(worst.index[0])
    sentences.append(Text("narrative.missing_item", {"item": item, "share": float(worst.iloc[0])}))
    sentences.append(Text("narrative.missing_pairs"))
    return Prose(tuple(sentences), refers=("dont_know", "items"), cites=("schafer2002",))


def _rate(end: str, row: pd.Series, instrument: Instrument) -> Label:
    params = {
        "construct": variable_words(instrument, str(row["construct"])),
        "share": float(row["dont_know_share"]),
        "given": int(row["given"]),
    }
    if not row["group"]:
        return Text(f"narrative.missing_{end}", params)
    return Text(f"narrative.missing_{end}_group", params | {"group": group_words(row["group"])})
