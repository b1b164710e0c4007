"""From the stations of a study to what its report is made from, step by step, each timed."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from kadsurvey._version import __version__
from kadsurvey.cores import beside
from kadsurvey.errors import KadsurveyError
from kadsurvey.findings import Finding
from kadsurvey.language.text import Label, Text
from kadsurvey.outcomes.analysis import Analysis, Model, analyse
from kadsurvey.report.document import Progress
from kadsurvey.report.narrative.claims import CLAIMS, Claim, evidence_for
from kadsurvey.report.narrative.material import Material
from kadsurvey.report.parts.inputs import Facts, ReportInputs, Reproduction
from kadsurvey.report.writers.folder import file_hash
from kadsurvey.settings import ModelSettings, Settings

if TYPE_CHECKING:
    from kadsurvey.indices.score import Indices
    from kadsurvey.indices.shared_views import SharedViews
    from kadsurvey.measurement.invariance import Invariance
    from kadsurvey.measurement.review import Review
    from kadsurvey.measurement.validation import Validation
    from kadsurvey.outcomes.efficiency import Efficiency
    from kadsurvey.outcomes.goals import GoalsMissed
    from kadsurvey.stations import Stations

STEPS = ("reading", "indices", "agreement", "network", "models", "claims", "validation")
GOALS = "effectiveness"
"""The construct that says how far a body reaches its goals."""
_LIBRARIES = ("numpy", "pandas", "scipy", "statsmodels", "factor_analyzer", "matplotlib")


@dataclass
class Steps:
    """What is told of the progress, and how long each step took.

    Attributes
    ----------
    progress : callable or None
    total : int
    seconds : dict of step to seconds
    """

    progress: Progress | None = None
    total: int = len(STEPS)
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Tell of a step, and time it."""
        if self.progress is not None:
            self.progress(Text(f"study.step_{name}"), len(self.seconds), self.total)
        began = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - began, 3)


def gather(
    study: Stations, models: Sequence[ModelSettings], *, command: str, stars: bool, steps: Steps
) -> ReportInputs:
    """Run the stations that a report needs; what cannot be computed is left out with its reason.

    Parameters
    ----------
    study : Stations
    models : sequence of ModelSettings
        The models to fit, beside those that the source's claims ask for.
    command : str
        The command line, for who makes the report again.
    stars : bool
    steps : Steps

    Raises
    ------
    DataFindingsError
        If a finding of the files is an error.
    """
    from kadsurvey.indices.roster_beside import roster_beside

    settings, reasons, findings = study.settings, dict[str, Label](), list[Finding]()
    with steps.step("reading"):
        study.stop_at_errors()
        findings += study.findings()
    with steps.step("indices"):
        indices = study.indices
        validated = _validation(study)
        change, about_change = study.change
        findings += (*indices.findings, *about_change)
    with steps.step("agreement"):
        views = _views(study, indices)
        findings += views.findings
    with steps.step("network"):
        network = None if study.ties is None else study.bodies_network
        roster = None if study.ties is None else roster_beside(study.ties, indices, seed=settings.seed)
        findings += () if study.ties is None or network is None else (*study.ties.findings, *network.findings)
    with steps.step("models"):
        own, unfitted = _own_models(study, models)
        findings += unfitted
    with steps.step("claims"):
        for_claims = list(_for_claims(study, [analysis for _, analysis in own], reasons))
        goals = _goals(study, indices)
    with steps.step("validation"):
        validation = None
        try:
            validation = validated()
        except KadsurveyError as err:
            reasons["validation"] = Text(err.code, err.params)
        findings += () if validation is None else validation.findings
        between, unknown = study.groups_alike
        reasons |= {} if unknown is None else {"invariance": unknown}
        findings += () if between is None else between.findings
        reviewed = None if validation is None else _review(study, validation, between)
        findings += () if reviewed is None else reviewed.findings
    analyses = (*(analysis for _, analysis in own), *for_claims)
    findings += [finding for _, analysis in own for finding in analysis.findings]
    return ReportInputs(
        material=Material(
            screening=study.screening,
            seed=settings.seed,
            validation=validation,
            invariance=between,
            review=reviewed,
            indices=indices,
            views=views,
            analyses=analyses,
            goals=goals,
        ),
        returned=study.responses,
        reproduction=_reproduction(study, command),
        names=study.names,
        facts=Facts(settings.report.title, settings.report.author, settings.report.note, settings.report.sent),
        model_names=tuple(name for name, _ in own),
        reasons=reasons,
        unfitted=tuple(Text(finding.code, finding.params) for finding in unfitted),
        bodies=study.bodies,
        ties=study.ties,
        network=network,
        beside=roster,
        change=change,
        efficiency=_costs(study, reasons),
        findings=study.published(_each_once(findings)),
        log=study.log(),
        min_cell=settings.min_cell,
        stars=stars,
    )


def _each_once(findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings without repeats: several stations may tell the same."""
    kept: list[Finding] = []
    for finding in findings:
        if finding not in kept:
            kept.append(finding)
    return kept


def _validation(study: Stations) -> Callable[[], Validation]:
    """Begin the validation, which nothing else waits for; the model that the indices rest on serves it too."""
    from kadsurvey.measurement.validation import validate

    settings = study.settings
    fitted = study.measurement if settings.method == "factor" and study.given_model is None else None
    return beside(validate, study.screening.clean, cutoffs=settings.cutoffs, model=fitted, seed=settings.seed)


def _review(study: Stations, validation: Validation, between: Invariance | None) -> Review:
    from kadsurvey.measurement.review import review

    return review(study.screening.clean, validation, between, seed=study.settings.seed)


def _views(study: Stations, indices: Indices) -> SharedViews:
    from kadsurvey.indices.shared_views import shared_views

    return shared_views(indices, study.instrument, seed=study.settings.seed)


def _has_costs(study: Stations) -> bool:
    assert study.bodies is not None
    return all(name in study.bodies.data for name in study.settings.efficiency.inputs)


def _costs(study: Stations, reasons: dict[str, Label]) -> Efficiency | None:
    """Return what the bodies cost; None where their data do not say, or a reason why not."""
    if study.bodies is None or not _has_costs(study):
        return None
    try:
        return study.bodies_efficiency
    except KadsurveyError as err:
        reasons["efficiency"] = Text(err.code, err.params)
        return None


def _own_models(
    study: Stations, models: Sequence[ModelSettings]
) -> tuple[list[tuple[str, Analysis]], tuple[Finding, ...]]:
    """Fit the study's models; of those that cannot be, say why."""
    from kadsurvey.outcomes.analysis import with_formula

    fitted, unfitted = list[tuple[str, Analysis]](), list[Finding]()
    for named in models:
        model = Model(
            outcome=named.outcome,
            predictors=named.on,
            controls=named.controls,
            interactions=named.interactions,
            family=named.family,
            exposure=named.exposure,
            inference=named.inference,
            robustness=True,
            year=named.year,
            seed=study.settings.seed,
        )
        try:
            if named.formula is not None:
                model = with_formula(model, named.formula)
            fitted.append((named.name, _analysis(study, model)))
        except KadsurveyError as err:
            params = {"model": named.name, "reason": Text(err.code, err.params)}
            unfitted.append(Finding("study.model_not_fitted", "warning", params))
    return fitted, tuple(unfitted)


def _analysis(study: Stations, model: Model) -> Analysis:
    bodies, derived = study.bodies_with(model.variables)
    found = analyse(model, study.indices, study.screening.clean, bodies)
    return replace(found, findings=(*derived, *found.findings))


def _for_claims(study: Stations, own: Sequence[Analysis], reasons: dict[str, Label]) -> Iterator[Analysis]:
    """Fit what speaks to a claim of the source where no model of the study does: an outcome on its predictors."""
    for claim in CLAIMS:
        told = {found.outcome for found in evidence_for(claim, own)}
        for outcome in claim.outcomes:
            predictors = [name for name in claim.predictors if _is_there(study, name)]
            if outcome in told or not predictors or not _is_there(study, outcome):
                continue
            try:
                yield _analysis(study, Model(outcome, tuple(_of_claim(claim, predictors)), seed=study.settings.seed))
            except KadsurveyError as err:
                reasons[claim.name] = Text(err.code, err.params)


def _of_claim(claim: Claim, predictors: Sequence[str]) -> Sequence[str]:
    """Return the predictors of one model: facts about organisations are few and alike, so the first speaks for them."""
    return predictors[:1] if claim.name == "organisations" else predictors


def _is_there(study: Stations, name: str) -> bool:
    from kadsurvey.indices.network import PREFIX

    if name in study.indices.constructs:
        return True
    if name.startswith(PREFIX):
        return study.ties is not None and name in study.bodies_network.variables()
    return study.bodies is not None and name in study.bodies.data and bool(study.bodies.data[name].notna().any())


def _goals(study: Stations, indices: Indices) -> GoalsMissed | None:
    from kadsurvey.outcomes.goals import goals_missed

    predictors = study.instrument.constructs_with(role="predictor")
    return goals_missed(indices, GOALS, predictors, seed=study.settings.seed)


def _reproduction(study: Stations, command: str) -> Reproduction:
    versions = {"kadsurvey": __version__, "Python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            continue
    return Reproduction(
        versions=versions,
        seed=study.settings.seed,
        command=command,
        inputs={path.name: file_hash(path) for path in study.settings.files()},
        made=date.today(),
    )


def said_in_manifest(found: Reproduction, settings: Settings, steps: Steps) -> dict[str, Any]:
    """Return what the manifest says of a report beside the hashes of its files."""
    return {
        "versions": dict(found.versions),
        "seed": found.seed,
        "command": found.command,
        "settings": settings.to_dict(),
        "inputs": dict(found.inputs),
        "seconds": steps.seconds,
        "made": found.made.isoformat(),
    }
