"""Sentences on what the validation comes to for the questionnaire: items, a short form, one factor above all."""

from __future__ import annotations

from kadsurvey.instrument.model import Instrument
from kadsurvey.language.text import Label, Text
from kadsurvey.measurement.review import Review
from kadsurvey.report.document import Prose
from kadsurvey.report.narrative.words import listed, variable_words, variables

_RULES = ("hair2019", "tabachnick2019", "whittaker2012")


def items_to_look_at(review: Review) -> Prose:
    """Say which items to reword and which to drop."""
    shape = review.shape
    reword, drop = shape.named("reword"), shape.named("drop")
    sentences: list[Label] = []
    if not reword and not drop:
        sentences.append(Text("narrative.items_all_kept", {"items": len(shape.items)}))
    if reword:
        sentences.append(Text("narrative.items_reword", {"count": len(reword), "names": listed(reword)}))
    if drop:
        sentences.append(Text("narrative.items_drop", {"count": len(drop), "names": listed(drop)}))
    if reword or drop:
        sentences.append(Text("narrative.items_none_dropped"))
    return Prose(tuple(sentences), refers=("shape",), cites=_RULES)


def short_form(review: Review, instrument: Instrument) -> Prose | None:
    """Name the items of the short form, what it loses, and how far the choice flatters itself; None without one."""
    found = review.short_form
    if found is None or found.table.empty:
        return None
    sentences: list[Label] = [Text("narrative.short_form", {"size": found.size})]
    for name, row in found.table.iterrows():
        params = {
            "construct": variable_words(instrument, str(name)),
            "names": listed(list(row["items"])),
            "long": float(row["omega_long"]),
            "short": float(row["omega_short"]),
            "judged": float(row["judged_in"]),
        }
        sentences.append(Text("narrative.short_form_of" if row["n_halves"] else "narrative.short_form_once", params))
    sentences.append(Text("narrative.short_form_content"))
    return Prose(tuple(sentences), refers=("short_form",), cites=("smith2000", "levy1967", "green2009"))


def second_order(review: Review, instrument: Instrument) -> Prose | None:
    """Give the loadings on the factor above, its share of the sum, and what three constructs cannot show."""
    found = review.second_order
    if found is None:
        return None
    names = [str(name) for name in found.loadings.index]
    among = {"names": variables(instrument, names)}
    sentences: list[Label] = []
    if found.proper:
        loadings = [
            Text("narrative.loading_above", {"construct": variable_words(instrument, name), "loading": loading})
            for name, loading in zip(names, found.loadings["loading"].tolist(), strict=True)
        ]
        sentences.append(Text("narrative.second_order", among | {"loadings": listed(loadings)}))
        omegas = {"hierarchical": found.omega_hierarchical, "total": found.omega_total}
        sentences.append(Text("narrative.second_order_omega", omegas))
    else:
        sentences.append(Text("narrative.second_order_improper", among))
    if not found.testable:
        sentences.append(Text("narrative.second_order_three"))
    return Prose(tuple(sentences), refers=("second_order",), cites=("rindskopf1988", "green2009"))
