"""What was done, as the results say it was: who was asked, how answers became numbers, how these were tested."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Sequence

from kadsurvey._version import __version__
from kadsurvey.indices.score import Indices
from kadsurvey.instrument.model import Instrument
from kadsurvey.language.text import Label, Text
from kadsurvey.outcomes.analysis import Analysis
from kadsurvey.outcomes.regress import Regression
from kadsurvey.outcomes.variables import COMPOSITE
from kadsurvey.report.document import Prose
from kadsurvey.report.narrative.material import Material
from kadsurvey.report.narrative.words import group_words, is_of, listed, variables

_CITES_OF_FAMILY = {"fractional": ("papke1996",), "mixed": ("snijders2012",)}
_CITES_OF_INFERENCE = {
    "hc2": ("mackinnon1985", "bell2002"),
    "cr2": ("bell2002", "pustejovsky2018"),
    "wild": ("cameron2008", "webb2023"),
    "permutation": ("freedman1983",),
    "reml": ("satterthwaite1946",),
}


def methods(material: Material) -> tuple[Prose, ...]:
    """Return the paragraphs of a methods section: respondents, measurement, models, reproduction."""
    parts = (_respondents(material), _measurement(material), _models(material), _reproduction(material))
    return tuple(part for part in parts if part is not None)


def _respondents(material: Material) -> Prose:
    sentences = (_who(material), *_questionnaire(material.instrument), *_screens(material))
    return Prose(sentences, cites=("meade2012",))


def _who(material: Material) -> Label:
    data, bodies = material.responses.data, material.n_bodies
    params: dict[str, object] = {"n": len(data), "bodies": bodies}
    kind = "none" if bodies == 0 else "one" if bodies == 1 else "many"
    counts = data["group"].value_counts(sort=False).to_dict() if "group" in data else {}
    if not counts:
        return Text(f"narrative.methods_who_{kind}", params)
    groups = [Text("narrative.count_of", {"n": n, "what": group_words(group)}) for group, n in counts.items()]
    return Text(f"narrative.methods_who_{kind}_groups", params | {"groups": listed(groups)})


def _questionnaire(instrument: Instrument) -> Iterator[Label]:
    names = list(instrument.constructs)
    params = {"name": instrument.name, "version": instrument.version, "items": len(instrument.items)}
    counted = {"constructs": len(names), "names": variables(instrument, names)}
    yield Text("narrative.methods_instrument", params | counted)
    points = {len(instrument.scale_of(item).codes) for item in instrument.items}
    if len(points) == 1:
        yield Text("narrative.methods_scale", {"points": points.pop()})
    else:
        yield Text("narrative.methods_scales", {"low": min(points), "high": max(points)})
    if turned := [code for code, item in instrument.items.items() if item.reverse]:
        yield Text("narrative.methods_reversed", {"items": listed(turned)})
    yield Text("narrative.methods_missing")


def _screens(material: Material) -> Iterator[Label]:
    screening = material.screening
    used = len(screening.flags.columns) - len(screening.not_judged)
    yield Text("narrative.methods_screens", {"screens": used})
    yield Text("narrative.methods_dropped" if len(screening.ledger) else "narrative.methods_kept")


def _measurement(material: Material) -> Prose | None:
    validation, indices = material.validation, material.indices
    sentences: list[Label] = []
    cites: list[str] = []
    if (kind := material.correlation) is not None:
        sentences.append(Text(f"narrative.methods_{kind}"))
        cites += ["olsson1979"] if kind == "polychoric" else []
    if validation is not None:
        if validation.cfas:
            ordinal = validation.correlation == "polychoric"
            sentences.append(Text("narrative.methods_wlsmv" if ordinal else "narrative.methods_mlr"))
            cites += ["muthen1997", "asparouhov2010"] if ordinal else ["arbuckle1996", "yuan2000"]
        sentences.append(Text(f"narrative.methods_reliability_{validation.correlation}"))
        cites += ["cronbach1951", "feldt1987", *(["green2009"] if validation.correlation == "polychoric" else [])]
        if validation.jackknife is not None:
            sentences.append(Text("narrative.methods_jackknife", {"bodies": validation.jackknife.n_bodies}))
        if validation.retention is not None:
            sentences.append(Text("narrative.methods_retention"))
            cites += ["horn1965", "velicer1976"]
        if validation.validity:
            sentences.append(Text("narrative.methods_validity"))
            cites += ["fornell1981", "henseler2015"]
    if material.invariance is not None:
        ordinal = material.invariance.estimator == "WLSMV"
        sentences.append(Text("narrative.methods_invariance" if ordinal else "narrative.methods_invariance_linear"))
        cites += ["wu2016", "satorra2000", "chen2007"] if ordinal else ["satorra2001", "chen2007"]
    if indices is not None:
        sentences += _scores(indices, material.correlation)
        cites += ["cohen1999"]
    if material.views is not None and not material.views.levels.empty:
        sentences.append(Text("narrative.methods_agreement"))
        cites += ["bliese2000", "james1984"]
    return Prose(tuple(sentences), cites=tuple(cites)) if sentences else None


def _scores(indices: Indices, correlation: str | None) -> Iterator[Label]:
    yield Text("narrative.methods_pomp")
    linear = indices.method == "factor" and correlation == "pearson"
    yield Text(f"narrative.methods_scores_{'pearson' if linear else indices.method}")
    yield Text("narrative.methods_min_cell", {"min_cell": indices.min_cell})


def _models(material: Material) -> Prose | None:
    if not material.analyses:
        return None
    instrument = material.instrument
    sentences: list[Label] = []
    models = [analysis.regression for analysis in material.analyses]
    for alike in _alike(models):
        sentences += _model(alike, instrument)
    cites: list[str] = []
    for family in dict.fromkeys(model.family for model in models):
        sentences.append(Text(f"narrative.methods_family_{family}"))
        cites += _CITES_OF_FAMILY.get(family, ())
    tested = [model for model in models if not model.design.descriptive]
    for kind in dict.fromkeys(model.inference for model in tested):
        sentences.append(Text(f"narrative.methods_inference_{kind}"))
        cites += _CITES_OF_INFERENCE.get(kind, ())
    beside = dict.fromkeys(str(kind) for model in tested if not model.beside.empty for kind in model.beside["kind"])
    if beside:
        kinds = listed([Text(f"narrative.kind_{kind}") for kind in beside])
        sentences.append(Text("narrative.methods_beside", {"kinds": kinds}))
        cites += [cite for kind in beside for cite in _CITES_OF_INFERENCE.get(kind, ())]
    sentences += _further(material.analyses)
    if any(analysis.corrected is not None for analysis in material.analyses):
        cites += ["croon2002", "croon2007"]
    if any(not model.contextual.empty for model in models):
        cites.append("mundlak1978")
    return Prose(tuple(sentences), cites=tuple(dict.fromkeys(cites)))


def _alike(models: Sequence[Regression]) -> list[list[Regression]]:
    """Put models together that differ in their outcome only."""
    groups: dict[tuple[object, ...], list[Regression]] = {}
    for model in models:
        kept = (model.design.level, model.predictors, model.controls, _is_split(model), model.design.descriptive)
        groups.setdefault(kept, []).append(model)
    return list(groups.values())


def _is_split(model: Regression) -> bool:
    terms = [str(term) for term in model.table["term"]]
    return any(term.endswith("_between") and is_of(term, model.predictors) for term in terms)


def _model(alike: Sequence[Regression], instrument: Instrument) -> Iterator[Label]:
    model = alike[0]
    names = {
        "outcomes": variables(instrument, list(dict.fromkeys(model.outcome for model in alike))),
        "predictors": variables(instrument, model.predictors),
    }
    asked = any(name in instrument.constructs or name == COMPOSITE for name in model.predictors)
    of_survey = "_of_survey" if asked and model.design.level == "body" else ""
    yield Text(f"narrative.methods_model_{model.design.level}{of_survey}", names)
    if _is_split(model):
        yield Text("narrative.methods_split")
    if model.controls:
        yield Text("narrative.methods_controls", {"controls": variables(instrument, model.controls)})
    if model.design.descriptive:
        yield Text("narrative.methods_descriptive", {"bodies": model.clusters})


def _further(analyses: tuple[Analysis, ...]) -> Iterator[Label]:
    if any("p_holm" in analysis.regression.table for analysis in analyses):
        yield Text("narrative.methods_holm")
    if any(analysis.corrected is not None and analysis.corrected.reason is None for analysis in analyses):
        yield Text("narrative.methods_corrected")
    if any(analysis.robustness is not None for analysis in analyses):
        yield Text("narrative.methods_robustness")


def _reproduction(material: Material) -> Prose:
    versions = {"version": __version__, "python": platform.python_version(), "seed": material.seed}
    return Prose((Text("narrative.methods_software", versions),))
