"""A study: instrument, files and settings, and the stations run over them in order. Read this first.

``Study.open(folder)`` reads study.toml; each method is one command of the program: it reads the files, sends the
answers through the stations, and returns a Run with results, findings, Tables and the files it wrote.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kadsurvey.errors import (
    ArgumentError,
    DataFindingsError,
    InputFileError,
    StudyError,
)
from kadsurvey.findings import Change, Finding
from kadsurvey.instrument.load import load_instrument
from kadsurvey.language.text import Label, Language, Lines, Text
from kadsurvey.run import Run, csv_file, json_file, workbook
from kadsurvey.settings import DataFile, ModelSettings, Settings, read_settings

if TYPE_CHECKING:
    import pandas as pd

    from kadsurvey.indices.score import Indices
    from kadsurvey.ingest.bodies import Bodies
    from kadsurvey.ingest.mapping import UserMapping
    from kadsurvey.ingest.proposals import Proposal
    from kadsurvey.ingest.responses import Responses
    from kadsurvey.instrument.model import Instrument
    from kadsurvey.measurement.correlation import CorrelationKind
    from kadsurvey.measurement.model import MeasurementModel
    from kadsurvey.measurement.scoring import ScoringModel
    from kadsurvey.outcomes.efficiency import Efficiency
    from kadsurvey.outcomes.families import Family
    from kadsurvey.outcomes.regress import Adjust, Inference
    from kadsurvey.outcomes.rows import LevelChoice
    from kadsurvey.quality.screening import Screening
    from kadsurvey.report.table import Table
    from kadsurvey.results import Result
    from kadsurvey.stats.factoring import Rotation

__all__ = ["DataFile", "ModelSettings", "Run", "Settings", "Study"]

_KEY_FILE = ".kadsurvey-key"


@dataclass(frozen=True)
class Study:
    """An instrument, the files that came back, and how they are to be analysed.

    Examples
    --------
    >>> from kadsurvey import Study
    >>> from kadsurvey._resources import bundled
    >>> study = Study.open(bundled("sample_data"))
    >>> study.settings.instrument
    'kad'
    """

    settings: Settings

    @classmethod
    def open(cls, folder: Path | str = ".", *, required: bool = True) -> Study:
        """Open the study whose study.toml lies in a folder.

        Parameters
        ----------
        folder : path
        required : bool
            False makes a study of defaults where there is no study.toml.

        Raises
        ------
        StudyError
            If there is no study.toml, or it is wrong.
        """
        return cls(read_settings(Path(folder), required=required))

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
    def indices(self) -> Indices:
        """The indices of the clean answers.

        Raises
        ------
        DataFindingsError
            If a finding is an error: each is named.
        """
        from kadsurvey.indices.score import score

        self._stop_at_errors()
        settings = self.settings
        model: MeasurementModel | ScoringModel | None = self.given_model
        if model is None and settings.method == "factor":
            model = self.measurement
        return score(self.screening.clean, model=model, method=settings.method, min_cell=settings.min_cell)

    @cached_property
    def measurement(self) -> MeasurementModel:
        """The measurement model of the clean answers."""
        from kadsurvey.measurement.model import measure

        return measure(self.screening.clean, seed=self.settings.seed)

    @cached_property
    def given_model(self) -> ScoringModel | None:
        """The model on whose scale to score, where the settings name one.

        Raises
        ------
        InputFileError
            If the file cannot be read or is no model.
        """
        import json

        from kadsurvey.measurement.scoring import ScoringModel

        if (path := self.settings.model) is None:
            return None
        try:
            return ScoringModel.from_dict(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, AttributeError) as err:
            raise InputFileError("study.model_unreadable", file=path.name, reason=str(err)) from err

    def check(self, *, out: Path | None = None, lang: Language = "en", force: bool = False) -> Run:
        """Name what is odd in the data, whom the screens flag, and what reading changed; writes check.xlsx."""
        from kadsurvey.report.builders.check import check_tables

        names = self._names()
        findings = tuple(finding.under(names) for finding in self._findings())
        shown, sheets = check_tables(self.screening, self.responses, findings, self._log(), names)
        files = self._write({"check.xlsx": workbook(sheets, lang)}, out, force, lang)
        published = {"screening": self.screening.under(names)}
        return self._run("check", published, shown, files=files, findings=findings)

    def validate(
        self,
        *,
        constructs: Sequence[str] | None = None,
        correlation: CorrelationKind = "polychoric",
        factors: int | None = None,
        rotation: Rotation = "oblimin",
        out: Path | None = None,
        lang: Language = "en",
        force: bool = False,
    ) -> Run:
        """Judge the instrument in these answers; writes validate.xlsx. The parameters are those of `validate`."""
        from kadsurvey.measurement.validation import validate
        from kadsurvey.report.builders.findings import findings_table
        from kadsurvey.report.builders.validation import validation_tables

        self._stop_at_errors()
        found = validate(
            self.screening.clean,
            constructs=constructs,
            correlation=correlation,
            factors=factors,
            rotation=rotation,
            cutoffs=self.settings.cutoffs,
            seed=self.settings.seed,
        )
        tables = validation_tables(found, self.instrument)
        findings = (*self._findings(), *found.findings)
        sheets = (*tables, findings_table(findings))
        files = self._write({"validate.xlsx": workbook(sheets, lang)}, out, force, lang)
        return self._run("validate", {"validation": found}, tables, files=files, findings=findings)

    def score(self, *, out: Path | None = None, lang: Language = "en", force: bool = False) -> Run:
        """Compute the indices; writes scores.csv, score.xlsx and, where a model was fitted, model.json."""
        from kadsurvey.report.builders.findings import findings_table, log_table
        from kadsurvey.report.builders.indices import index_tables, scores_table
        from kadsurvey.report.builders.measurement import measurement_tables

        indices = self.indices
        shown: tuple[Table, ...] = ()
        found: tuple[Finding, ...] = indices.findings
        writers: dict[str, Callable[[Path], None]] = {}
        if indices.model is not None and self.given_model is None:
            shown = measurement_tables(self.measurement, self.instrument)
            found = (*self.measurement.findings, *found)
            if self.measurement.scoring is not None:
                writers["model.json"] = json_file(self.measurement.scoring.to_dict())
        by_unit = index_tables(indices, self.instrument)
        # Members are many; they are in the workbook.
        shown = (*shown, *(table for table in by_unit if not table.key.startswith("members")), *self._left_out())
        scores = self._scores()
        findings = (*self._findings(), *found)
        members = tuple(table for table in by_unit if table not in shown)
        log = log_table(self._log(), cells=True)
        sheets = (*shown, *members, scores_table(scores, indices), findings_table(findings), log)
        writers |= {"scores.csv": csv_file(scores), "score.xlsx": workbook(sheets, lang)}
        files = self._write(writers, out, force, lang)
        respondents = indices.respondents
        published = replace(indices, respondents=respondents.set_axis(self._pseudonyms(respondents.index)))
        return self._run("score", {"indices": published}, shown, files=files, findings=findings)

    def regress(
        self,
        outcome: str | None = None,
        *,
        formula: str | None = None,
        on: Sequence[str] | None = None,
        controls: Sequence[str] | None = None,
        interactions: Sequence[tuple[str, str]] = (),
        level: LevelChoice = "auto",
        family: Family | None = None,
        exposure: str | None = None,
        year: int | None = None,
        inference: Inference | None = None,
        pooled: bool = False,
        split_sample: bool = False,
        robustness: bool = False,
        adjust: Adjust = "none",
        out: Path | None = None,
        lang: Language = "en",
        force: bool = False,
    ) -> Run:
        """Regress an outcome on the indices; writes regression.xlsx.

        The outcome, ``on`` and ``controls`` are constructs of the instrument, columns of the body data, or fields of
        the respondents; a ``formula`` says outcome, predictors and interactions in one line. What is None comes from
        the study's first model, or the model of that outcome. Predictors of respondents are split into within and
        between bodies unless ``pooled``; the others as `kadsurvey.outcomes.analysis.Model`.
        """
        from kadsurvey.outcomes.analysis import Model, analyse, with_formula
        from kadsurvey.report.builders.regression import analysis_tables

        named = self._model(outcome, formula)
        model = Model(
            outcome=named.outcome,
            predictors=named.on if on is None else tuple(on),
            controls=named.controls if controls is None else tuple(controls),
            interactions=tuple(interactions) or named.interactions,
            level=level,
            family=family or named.family,
            exposure=exposure or named.exposure,
            inference=inference or named.inference,
            adjust=adjust,
            pooled=pooled,
            split_sample=split_sample,
            robustness=robustness,
            year=named.year if year is None else year,
            seed=self.settings.seed,
        )
        if named.formula is not None:
            model = with_formula(model, named.formula)
        bodies, derived = self._bodies_with(model.variables)
        found = analyse(model, self.indices, self.screening.clean, bodies)
        shown, more = analysis_tables(found)
        results: dict[str, Result | None] = {
            "regression": found.regression,
            "composite": found.composite,
            "corrected": found.corrected,
            "missing": found.missing,
            "robustness": found.robustness,
        }
        present = {name: result for name, result in results.items() if result is not None}
        files = self._write({"regression.xlsx": workbook((*shown, *more), lang)}, out, force, lang)
        findings = (*self._findings(), *derived, *found.findings)
        return self._run("regress", present, shown, files=files, findings=findings)

    def efficiency(self, *, out: Path | None = None, lang: Language = "en", force: bool = False) -> Run:
        """Compare the costs of the bodies; writes efficiency.xlsx and efficiency.csv.

        Raises
        ------
        StudyError
            If the study names no file of body data.
        """
        from kadsurvey.report.builders.efficiency import efficiency_tables
        from kadsurvey.report.builders.findings import findings_table, log_table

        if self.bodies is None:
            raise StudyError("study.no_bodies")
        found = self.bodies_efficiency
        shown, more = efficiency_tables(found)
        findings = (*self.bodies.findings, *found.findings)
        sheets = (*shown, *more, findings_table(findings), log_table(self.bodies.log, cells=True))
        writers = {
            "efficiency.xlsx": workbook(sheets, lang),
            "efficiency.csv": csv_file(found.to_frame().reset_index()),
        }
        files = self._write(writers, out, force, lang)
        return self._run("efficiency", {"efficiency": found}, shown, files=files, findings=findings)

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

    def _bodies_with(self, names: Sequence[str]) -> tuple[Bodies | None, list[Finding]]:
        """Return the body data with what a model asks for that is derived from other columns."""
        from kadsurvey.outcomes.derived import to_derive, with_derived

        bodies = self.bodies
        lacking = to_derive(names, bodies)
        return with_derived(bodies, lacking, self.bodies_efficiency) if bodies is not None and lacking else (bodies, [])

    def _left_out(self) -> tuple[Table, ...]:
        """Return who was left out, and what that did to the indices; nothing where nobody was."""
        from kadsurvey.indices.score import score
        from kadsurvey.indices.with_without import with_and_without
        from kadsurvey.report.builders.screening import ledger_table
        from kadsurvey.report.builders.with_without import with_without_tables

        if self.screening.ledger.empty:
            return ()
        settings = self.settings
        # The index of 0-100 needs no model, so none is fitted to those who are left out.
        everybody = score(self.responses, method="mean", min_cell=settings.min_cell)
        frame = with_and_without(everybody, self.indices)
        compared = with_without_tables(frame, self.instrument, drop=settings.drop, min_cell=settings.min_cell)
        return ledger_table(self.screening, self._names()), *compared

    def _findings(self) -> tuple[Finding, ...]:
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
    def _proposals(self) -> tuple[Proposal, ...]:
        """What the user is asked about names and cells, beyond the mapping file given."""
        from kadsurvey.ingest.proposals import propose

        return propose(self._findings(), self.mapping)

    def _log(self) -> tuple[Change, ...]:
        of_answers = self.responses.log if self.settings.data else ()
        return (*of_answers, *(self.bodies.log if self.bodies is not None else ()))

    def _stop_at_errors(self) -> None:
        errors = [finding for finding in self._findings() if finding.severity == "error"]
        if errors:
            raise DataFindingsError("study.errors_stop", count=len(errors), errors=Lines(errors))

    def _model(self, outcome: str | None, formula: str | None) -> ModelSettings:
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

    def _scores(self) -> pd.DataFrame:
        """Return scores.csv as a frame: respondents under pseudonyms, with the row they came from."""
        indices, source = self.indices, self.screening.clean.source
        scores = indices.respondents.copy()
        rows = source.loc[scores.index]
        scores.insert(0, "source_row", rows["file"].astype(str) + ":" + rows["row"].astype(str))
        scores.insert(0, "respondent_id", self._pseudonyms(scores.index))
        return scores.reset_index(drop=True)

    def _names(self) -> dict[str, str]:
        """Return the pseudonym of each respondent."""
        ids = self.responses.data.index
        return dict(zip(ids.astype(str), self._pseudonyms(ids), strict=True))

    def _pseudonyms(self, ids: pd.Index[Any]) -> pd.Index[Any]:
        """Return the keyed pseudonyms that stand for respondents in whatever leaves the program."""
        import pandas as pd

        from kadsurvey.ingest.privacy import pseudonym, pseudonym_key

        key = pseudonym_key(self.settings.folder / _KEY_FILE)
        return pd.Index([pseudonym(key, str(name)) for name in ids], name="respondent_id")

    def _write(
        self, writers: Mapping[str, Callable[[Path], None]], out: Path | None, force: bool, lang: Language = "en"
    ) -> list[Path]:
        """Write the files of a command and, where something is to be asked, the mapping file that asks it."""
        from kadsurvey.report.writers.folder import free_name, write_files
        from kadsurvey.report.writers.mapping import MAPPING_FILE, mapping_file

        directory = out or self.settings.out or self.settings.folder / "results"
        named = dict(writers)
        if self._proposals:
            # Under a name of its own: the answers that a person gave are never replaced.
            named[free_name(directory, MAPPING_FILE)] = mapping_file(self._proposals, self.mapping, lang)
        return write_files(directory, named, force=force) if named else []

    def _run(
        self,
        command: str,
        results: Mapping[str, Result],
        tables: tuple[Table, ...],
        *,
        files: Sequence[Path] = (),
        findings: tuple[Finding, ...] | None = None,
    ) -> Run:
        from kadsurvey.ingest.proposals import asking

        taken = self.settings.taken
        found = self._findings() if findings is None else findings
        mapping_written = next((path.name for path in files if path.stem.startswith("mapping")), None)
        return Run(
            command=command,
            results=results,
            findings=(*found, *asking(self._proposals, self.mapping, file=mapping_written)),
            log=self._log(),
            tables=tables,
            headline=self._headline() if self.settings.data else (),
            files=tuple(files),
            settings_taken=(Text("study.settings_taken", {"keys": list(taken)}),) if taken else (),
        )

    def _headline(self) -> tuple[Label, ...]:
        data = self.responses.data
        groups = data["group"].value_counts(sort=False).to_dict() if "group" in data else {}
        by_group = [Text("study.group_count", {"group": group, "count": count}) for group, count in groups.items()]
        counts = {
            "respondents": len(data),
            "files": len(self.settings.data),
            "groups": by_group or "–",
            "bodies": data["body"].nunique() if "body" in data else 0,
            "instrument": self.instrument.name,
            "version": self.instrument.version,
            "seed": self.settings.seed,
        }
        return (Text("study.headline", counts),)
