"""Words for a value held against a rule of thumb, and for where its interval comes from."""

from __future__ import annotations

from kadsurvey.language.text import Label, Text
from kadsurvey.measurement.cutoffs import Cutoff, Cutoffs
from kadsurvey.measurement.validation import Validation


def verdict(cutoffs: Cutoffs, name: Cutoff, value: float) -> Label | None:
    """Return whether a value meets its rule, in words; None where there is no value."""
    met = cutoffs.met(name, value)
    if met is None:
        return None
    return Text("validation.met") if met else Text("validation.not_met")


def cutoff_note(cutoffs: Cutoffs, name: Cutoff) -> Label:
    """Return the sentence that names a rule, its value and its source."""
    params = {"rule": Text(f"validation.rule_{name}"), "value": getattr(cutoffs, name)}
    return Text("validation.note_cutoff", params | {"source": source_of(cutoffs, name)})


def source_of(cutoffs: Cutoffs, name: Cutoff) -> Label:
    """Return who proposed the value in use."""
    return cutoffs.source(name) or Text("validation.own_setting")


def interval_note(validation: Validation) -> Label:
    """Return where the intervals over bodies come from, or why there are none."""
    if validation.jackknife is None:
        return Text("validation.note_no_jackknife")
    return Text("validation.note_jackknife", {"bodies": validation.jackknife.n_bodies})
