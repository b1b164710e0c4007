"""The stations of a study, each run once: what its files hold, and what follows from them.

`kadsurvey.study.Study` adds the commands: what they write and show.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kadsurvey.errors import ArgumentError, DataFindingsError, KadsurveyError, StudyError
from kadsurvey.findings import Change, Finding
from kadsurvey.instrument.load import load_instrument
from kadsurvey.language.text import Lines, Text
from kadsurvey.settings import ModelSettings, Settings

if TYPE_CHECKING:
    import pandas as pd

    from kadsurvey.indices.change import Change as IndexChange
    from kadsurvey.indices.network import NetworkIndices
    from kadsurvey.indices.score import Indices
    from kadsurvey.ingest.bodies import Bodies
    from kadsurvey.ingest.mapping import UserMapping
    from kadsurvey.ingest.proposals import Proposal
    from kadsurvey.ingest.register import Register
    from kadsurvey.ingest.register_join import RegisterJoin
    from kadsurvey.ingest.responses import Responses
    from kadsurvey.ingest.ties import Ties
    from kadsurvey.instrument.model import Instrument
    from kadsurvey.measurement.invariance import Invariance
    from kadsurvey.measurement.model import MeasurementModel
    from kadsurvey.measurement.scoring import ScoringModel
    from kadsurvey.measurement.second_order import SecondOrder
    from kadsurvey.outcomes.efficiency import Efficiency
    from kadsurvey.quality.screening import Screening

MOST_COMPARED = 50_000
"""Respondents beyond which invariance is tested on demand only (`kadsurvey validate --by group`)."""
SOCIAL_CAPITAL = "social_capital"
_KEY_FILE = ".kadsurvey-key"


@dataclass(frozen=True)
class Stations:
    """What is read and computed from the files of a study, each when it is first asked for.

    Attributes
    ----------
    settings : Settings
    """

    settings: Settings

    @cached_property
    def instrument(self) -> Instrument:
        """The questionnaire."""
        return load_instrument(self.settings.instrument)

    @cached_property
    def responses(self) -> Responses:
        """The coded answers of all data files."""
        from kadsurvey.ingest.responses import read_responses

        if not self.settings.data:
            raise StudyError("study.no_data")
        ungrouped = [file.path for file in self.settings.data if file.group is None]
        groups: dict[str, list[str | Path]] = {}
        for file in self.settings.data:
            if file.group is not None:
                groups.setdefault(file.group, []).append(file.path)
        return read_responses(
            ungrouped,
            self.instrument,
            dialect=self.settings.dialect,
            groups=groups,
            exclude_rejected=self.settings.exclude_rejected,
            mapping=self.mapping,
        )

    @cached_property
    def mapping(self) -> UserMapping | None:
        """The user's answers on misspelt names and doubtful cells, if the study names a file of them."""
        from kadsurvey.ingest.mapping import read_mapping

        path = self.settings.mapping
        return None if path is None else read_mapping(path)

    @cached_property
    def screening(self) -> Screening:
        """The answers held against what is odd."""
        from kadsurvey.quality.screening import screen

        return screen(self.responses, drop=self.settings.drop, thresholds=self.settings.screening)

    @cached_property
    def bodies(self) -> Bodies | None:
        """The body data, if the study names a file of them, joined to the survey where there is one."""
        from kadsurvey.ingest.bodies import read_bodies
        from kadsurvey.ingest.joining import join_bodies

        if (path := self.settings.bodies) is None:
            return None
        bodies = read_bodies(path, self.instrument, mapping=self.mapping)
        return join_bodies(bodies, self.responses) if self.settings.data else bodies

    @cached_property
    def ties(self) -> Ties | None:
        """Who works with whom, if the study names a file of it."""
        from kadsurvey.ingest.ties import read_ties

        settings = self.settings.ties
        return None if settings is None else read_ties(settings.file, settings.nodes)

    @cached_property
    def indices(self) -> Indices:
        """The indices of the clean answers.

        Raises
        ------
        DataFindingsError
            If a finding is an error: each is named.
        """
        from kadsurvey.indices.score import score

        self.stop_at_errors()
        settings = self.settings
        model: MeasurementModel | ScoringModel | None = self.given_model
        if model is None and settings.method == "factor":
            model = self.measurement
        return score(
            self.screening.clean,
            model=model,
            method=settings.method,
            min_cell=settings.min_cell,
            members=settings.members,
            weight=settings.weight,
        )

    @cached_property
    def change(self) -> tuple[IndexChange | None, tuple[Finding, ...]]:
        """The change since the earlier wave whose scores the settings name; None where they name none."""
        from kadsurvey.indices.change import change
        from kadsurvey.ingest.scores_file import read_scores

        settings, indices = self.settings, self.indices
        if settings.before is None:
            return None, ()
        before = read_scores(settings.before)
        after = indices.respondents.set_axis(self.pseudonyms(indices.respondents.index))
        # Factor scores of two waves are on one scale only where the model was not fitted to this one.
        one_model = self.given_model is not None
        found = change(
            before,
            after,
            indices.constructs,
            one_model=one_model,
            members=settings.members,
            min_cell=settings.min_cell,
            hidden=indices.protection,
        )
        findings = []
        if not one_model and settings.method == "factor":
            findings.append(Finding("indices.before_other_model", "warning", file=settings.before.name))
        if before.index.intersection(after.index).empty:
            findings.append(Finding("indices.before_nobody_twice", "note", file=settings.before.name))
        return found, tuple(findings)

    @cached_property
    def measurement(self) -> MeasurementModel:
        """The measurement model of the clean answers."""
        from kadsurvey.measurement.model import measure

        return measure(self.screening.clean, seed=self.settings.seed)

    @cached_property
    def groups_alike(self) -> tuple[Invariance | None, Text | None]:
        """Whether items work alike for officials and NGO members, or why that is not known; neither with one group."""
        from kadsurvey.measurement.invariance_by import invariance_by

        data = self.screening.clean.data
        if "group" not in data or data["group"].nunique() < 2:
            return None, None
        if len(data) > MOST_COMPARED:
            return None, Text("study.invariance_not_run", {"most": MOST_COMPARED})
        try:
            return invariance_by(self.screening.clean), None
        except KadsurveyError as err:
            return None, Text("parts.invariance_failed", {"reason": Text(err.code, err.params)})

    @cached_property
    def given_model(self) -> ScoringModel | None:
        """The model on whose scale to score, where the settings name one.

        Raises
        ------
        InputFileError
            If the file cannot be read or is no model.
        """
        from kadsurvey.measurement.model_file import read_model

        return None if self.settings.model is None else read_model(self.settings.model)

    @cached_property
    def bodies_efficiency(self) -> Efficiency:
        """What the bodies cost, as the settings compare them; there must be body data."""
        from kadsurvey.ingest.deflator import read_deflator
        from kadsurvey.outcomes.efficiency import efficiency

        assert self.bodies is not None
        settings = self.settings.efficiency
        return efficiency(
            self.bodies,
            inputs=settings.inputs,
            outputs=settings.outputs,
            returns=settings.returns,
            by=settings.by,
            deflator=None if settings.deflator is None else read_deflator(settings.deflator),
            money=[name for name, part in self.instrument.bodies.items() if part.type == "money"],
            derive=settings.derive,
            seed=self.settings.seed,
        )

    def in_register(self, register: Register) -> RegisterJoin | None:
        """Return what the study and a register have in common; None where the study names neither bodies nor data."""
        from kadsurvey.ingest.register_join import join_register

        responses = self.responses if self.settings.data else None
        if responses is None and self.bodies is None:
            return None
        return join_register(register, bodies=self.bodies, responses=responses)

    def bodies_with(self, names: Sequence[str]) -> tuple[Bodies | None, list[Finding]]:
        """Return the body data with what a model asks for that is derived from other columns, or from the roster.

        Raises
        ------
        StudyError
            If it asks for an index of the roster, and the study names no file of ties.
        """
        from kadsurvey.outcomes.derived import of_roster, to_derive, with_derived, with_roster

        bodies, findings = self.bodies, list[Finding]()
        if bodies is not None and (lacking := to_derive(names, bodies)):
            bodies, findings = with_derived(bodies, lacking, self.bodies_efficiency)
        if of_roster(names, bodies):
            if self.ties is None:
                raise StudyError("study.no_ties_for_model")
            bodies = with_roster(bodies, self.bodies_network.variables())
            findings += [*self.ties.findings, *self.bodies_network.findings]
        return bodies, findings

    @cached_property
    def bodies_network(self) -> NetworkIndices:
        """Who works with whom in each body; there must be ties."""
        from kadsurvey.indices.network import network_indices

        assert self.ties is not None
        return network_indices(self.ties, by="body", seed=self.settings.seed)

    def findings(self) -> tuple[Finding, ...]:
        """Return what is odd in the files, in the answers, and in how they join."""
        from kadsurvey.ingest.joining import join_findings, without_true_pairs
        from kadsurvey.ingest.mapping_check import mapping_findings

        bodies, mapping = self.bodies, self.mapping
        of_bodies: tuple[Finding, ...] = () if bodies is None else bodies.findings
        if not self.settings.data:
            return of_bodies
        of_survey = self.responses.findings
        if bodies is not None:
            of_survey = without_true_pairs(of_survey, bodies)
            of_bodies = (*of_bodies, *join_findings(self.responses, bodies))
        of_mapping = () if mapping is None else mapping_findings(mapping, self.responses, bodies)
        return (*of_survey, *self.screening.findings, *of_bodies, *of_mapping)

    @cached_property
    def proposals(self) -> tuple[Proposal, ...]:
        """What the user is asked about names and cells, beyond the mapping file given."""
        from kadsurvey.ingest.proposals import propose

        return propose(self.findings(), self.mapping)

    def log(self) -> tuple[Change, ...]:
        """Return what reading the files changed."""
        of_answers = self.responses.log if self.settings.data else ()
        return (*of_answers, *(self.bodies.log if self.bodies is not None else ()))

    def stop_at_errors(self) -> None:
        """Raise DataFindingsError if a finding is an error."""
        errors = [finding for finding in self.findings() if finding.severity == "error"]
        if errors:
            told = self.published(errors) if self.settings.data else errors
            raise DataFindingsError("study.errors_stop", count=len(errors), errors=Lines(told))

    def model_named(self, outcome: str | None, formula: str | None) -> ModelSettings:
        """Return the model of a formula, of a name or outcome, or the study's first; one of its own where none fits."""
        models = self.settings.models
        if formula is not None:
            if outcome is not None:
                raise ArgumentError("outcomes.formula_and_names", options=["--outcome"])
            return ModelSettings(name=formula, outcome="", on=(), formula=formula)
        if outcome is None:
            if not models:
                raise ArgumentError("study.no_outcome")
            return models[0]
        named = next((model for model in models if outcome in (model.name, model.outcome)), None)
        return named or ModelSettings(name=outcome, outcome=outcome, on=())

    def scores(self) -> pd.DataFrame:
        """Return scores.csv as a frame: respondents under pseudonyms, with the row they came from."""
        indices, source = self.indices, self.screening.clean.source
        scores = indices.respondents.copy()
        if (above := self.social_capital[0]) is not None and above.proper:
            columns = {str(name): f"{name}_z" for name in above.loadings.index}
            scores[f"{SOCIAL_CAPITAL}_z"] = above.scores_of(scores, columns)
        rows = source.loc[scores.index]
        scores.insert(0, "source_row", rows["file"].astype(str) + ":" + rows["row"].astype(str))
        scores.insert(0, "respondent_id", self.pseudonyms(scores.index))
        return scores.reset_index(drop=True)

    @cached_property
    def social_capital(self) -> tuple[SecondOrder | None, tuple[Finding, ...]]:
        """The factor above the constructs that predict, where the settings ask for it; why there is none."""
        from kadsurvey.measurement.second_order import FEWEST_CONSTRUCTS, second_order

        model = self.indices.model
        if not self.settings.second_order or self.indices.method != "factor":
            return None, ()
        cfas = getattr(model, "cfas", {})
        block = max(cfas, key=len, default=())
        if len(block) < FEWEST_CONSTRUCTS:
            # a model.json of an earlier wave has no answers to fit it to
            return None, (Finding("measurement.no_factor_above", "warning", {"needed": FEWEST_CONSTRUCTS}),)
        joint = cfas[block]
        items = {name: list(joint.loadings.index[joint.loadings[name] != 0]) for name in block}
        try:
            found = second_order(self.screening.clean.data, items, correlated=joint)
        except KadsurveyError as err:
            reason = {"constructs": list(block), "reason": Text(err.code, err.params)}
            return None, (Finding("measurement.no_second_order", "warning", reason),)
        return found, found.findings

    @cached_property
    def names(self) -> dict[str, str]:
        """The keyed pseudonyms that stand for respondents in whatever leaves the program."""
        from kadsurvey.ingest.privacy import pseudonym_key, pseudonyms

        return pseudonyms(pseudonym_key(self.key_file), self.responses.data.index.astype(str))

    @property
    def key_file(self) -> Path:
        """Where the key of the pseudonyms is: beside the data, never among the results."""
        return self.settings.folder / _KEY_FILE

    def pseudonyms(self, ids: pd.Index[Any]) -> pd.Index[Any]:
        """Return the pseudonyms of respondents, in their order."""
        import pandas as pd

        return pd.Index([self.names[str(name)] for name in ids], name="respondent_id")

    def published(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """Return findings that name respondents by their pseudonyms."""
        return tuple(finding.under(self.names) for finding in findings)
