"""A study: instrument, files and settings, and the stations run over them in order. Read this first.

``Study.open(folder)`` reads study.toml; each method is one command of the program: it reads the files, sends the
answers through the stations, and returns a Run with results, findings, Tables and the files it wrote.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kadsurvey.errors import StudyError
from kadsurvey.findings import Finding
from kadsurvey.language.text import Label, Language, Text
from kadsurvey.run import Run, csv_file, json_file, workbook
from kadsurvey.running import Running
from kadsurvey.settings import DataFile, ModelSettings, Settings, read_settings

if TYPE_CHECKING:
    from kadsurvey.indices.network_measures import Symmetrise
    from kadsurvey.measurement.correlation import CorrelationKind
    from kadsurvey.outcomes.families import Family
    from kadsurvey.outcomes.regress import Adjust, Inference
    from kadsurvey.outcomes.rows import LevelChoice
    from kadsurvey.report.document import Progress
    from kadsurvey.report.table import Table
    from kadsurvey.report.writers.report import Format, TexStyle
    from kadsurvey.results import Result
    from kadsurvey.stats.factoring import Rotation

__all__ = ["DataFile", "ModelSettings", "Run", "Settings", "Study"]

MOST_SCORES_IN_A_SHEET = 50_000
"""Respondents whose scores score.xlsx repeats; a workbook of more takes minutes to write and to open."""


class Study(Running):
    """An instrument, the files that came back, and how they are to be analysed.

    Examples
    --------
    >>> from kadsurvey import Study
    >>> from kadsurvey._resources import bundled
    >>> study = Study.open(bundled("sample_data"))
    >>> study.settings.instrument
    'kad'
    """

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

    def check(
        self, *, privacy: bool = False, out: Path | None = None, lang: Language = "en", force: bool = False
    ) -> Run:
        """Name what is odd in the data, whom the screens flag, and what reading changed; writes check.xlsx.

        With ``privacy`` also who could be recognised in what is shared (`kadsurvey.quality.disclosure.disclosure`).
        """
        from kadsurvey.report.builders.check import check_tables

        of_ties = () if self.ties is None else self.ties.findings
        names, found = self.names, (*self.findings(), *of_ties)
        told: dict[str, Result] = {}
        of_privacy: tuple[tuple[Table, ...], tuple[Table, ...]] = (), ()
        if privacy:
            of_privacy, told, found = self._privacy(found)
        findings = self.published(found)
        shown, sheets = check_tables(self.screening, self.responses, findings, self.log(), names)
        shown, sheets = (*of_privacy[0], *shown), (*sheets, *of_privacy[0], *of_privacy[1])
        files = self._write({"check.xlsx": workbook(sheets, lang)}, out, force, lang)
        published = {"screening": self.screening.under(names), **told}
        return self._run("check", published, shown, files=files, findings=findings)

    def validate(
        self,
        *,
        constructs: Sequence[str] | None = None,
        correlation: CorrelationKind = "polychoric",
        factors: int | None = None,
        rotation: Rotation = "oblimin",
        by: str | None = None,
        person: str | None = None,
        out: Path | None = None,
        lang: Language = "en",
        force: bool = False,
    ) -> Run:
        """Judge the instrument in these answers; writes validate.xlsx.

        The parameters are those of `validate`; ``by`` names a column, such as ``group``, between whose groups
        invariance is tested as well; ``person`` one that says who answered, where the groups are waves.
        """
        from kadsurvey.measurement.invariance_by import invariance_by
        from kadsurvey.measurement.review import review
        from kadsurvey.measurement.validation import validate
        from kadsurvey.report.builders.findings import findings_table
        from kadsurvey.report.builders.invariance import invariance_tables
        from kadsurvey.report.builders.shape import shape_tables
        from kadsurvey.report.builders.validation import validation_tables

        self.stop_at_errors()
        found = validate(
            self.screening.clean,
            constructs=constructs,
            correlation=correlation,
            factors=factors,
            rotation=rotation,
            cutoffs=self.settings.cutoffs,
            seed=self.settings.seed,
        )
        tables, told = validation_tables(found, self.instrument), found.findings
        results: dict[str, Result] = {"validation": found}
        between = None
        if by is not None:
            between = invariance_by(
                self.screening.clean, by, constructs=constructs, correlation=correlation, person=person
            )
            tables = (*tables, *invariance_tables(between, self.instrument))
            told = (*told, *between.findings)
            results["invariance"] = between
        reviewed = review(self.screening.clean, found, between, seed=self.settings.seed)
        tables, told = (*tables, *shape_tables(reviewed, found, self.instrument)), (*told, *reviewed.findings)
        results |= reviewed.results()
        findings = self.published((*self.findings(), *told))
        sheets = (*tables, findings_table(findings))
        files = self._write({"validate.xlsx": workbook(sheets, lang)}, out, force, lang)
        return self._run("validate", results, tables, files=files, findings=findings)

    def score(self, *, out: Path | None = None, lang: Language = "en", force: bool = False) -> Run:
        """Compute the indices; writes scores.csv, score.xlsx and, where a model was fitted, model.json."""
        from kadsurvey.indices.roster_beside import roster_beside
        from kadsurvey.indices.shared_views import shared_views
        from kadsurvey.report.builders.agreement import agreement_tables
        from kadsurvey.report.builders.findings import findings_table, log_table
        from kadsurvey.report.builders.indices import index_tables, scores_table
        from kadsurvey.report.builders.invariance import verdict_sentences
        from kadsurvey.report.builders.measurement import measurement_tables
        from kadsurvey.report.builders.roster_beside import roster_beside_table
        from kadsurvey.report.builders.shape import second_order_table
        from kadsurvey.report.builders.standing import change_tables, standing_table

        indices = self.indices
        shown: tuple[Table, ...] = ()
        found: tuple[Finding, ...] = indices.findings
        writers: dict[str, Callable[[Path], None]] = {}
        if indices.model is not None and self.given_model is None:
            shown = measurement_tables(self.measurement, self.instrument)
            found = (*self.measurement.findings, *found)
            if self.measurement.scoring is not None:
                writers["model.json"] = json_file(self.measurement.scoring.to_dict())
        alike, unknown = self.groups_alike if indices.method == "factor" else (None, None)
        said: tuple[Label, ...] = () if unknown is None else (unknown,)
        if alike is not None:
            said = verdict_sentences(alike, self.instrument)
        by_unit = index_tables(indices, self.instrument, groups_alike=said)
        # Members are many; they are in the workbook.
        shown = (*shown, *(table for table in by_unit if not table.key.startswith("members")))
        views = shared_views(indices, self.instrument, seed=self.settings.seed)
        agreed, measured = agreement_tables(views, self.instrument)
        changed, about_change = self.change
        shown = (*shown, *(change_tables(changed, self.instrument) if changed is not None else ()))
        beside = None if self.ties is None else roster_beside(self.ties, indices, seed=self.settings.seed)
        shown = (*shown, *(() if beside is None else (roster_beside_table(beside, self.instrument),)))
        shown = (*shown, *agreed, *self._left_out())
        above, about_above = self.social_capital
        shown = (*shown, *(() if above is None else (second_order_table(above, self.instrument),)))
        scores = self.scores()
        findings = self.published((*self.findings(), *found, *about_change, *about_above, *views.findings))
        members = tuple(table for table in by_unit if table not in shown)
        compared = standing_table(indices, self.instrument)
        if compared is not None:
            measured = (compared, *measured)
        log = log_table(self.log(), cells=True)
        if len(scores) <= MOST_SCORES_IN_A_SHEET:
            members = (*members, scores_table(scores, indices))
        else:
            params = {"count": len(scores), "most": MOST_SCORES_IN_A_SHEET}
            findings = (*findings, Finding("study.scores_in_csv_only", "note", params))
        sheets = (*shown, *measured, *members, findings_table(findings), log)
        writers |= {"scores.csv": csv_file(scores), "score.xlsx": workbook(sheets, lang)}
        files = self._write(writers, out, force, lang)
        respondents = indices.respondents
        published = replace(indices, respondents=respondents.set_axis(self.pseudonyms(respondents.index)))
        results: dict[str, Result] = {"indices": published, "agreement": views}
        results |= {} if alike is None else {"invariance": alike}
        results |= {} if changed is None else {"change": changed}
        results |= {} if above is None else {"second_order": above}
        results |= {} if beside is None else {"roster_beside": beside}
        return self._run("score", results, shown, files=files, findings=findings)

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
        workbook_name: str = "regression.xlsx",
        pooled: bool = False,
        split_sample: bool = False,
        robustness: bool = False,
        adjust: Adjust = "none",
        out: Path | None = None,
        lang: Language = "en",
        force: bool = False,
    ) -> Run:
        """Regress an outcome on the indices; writes regression.xlsx, or a workbook of another name.

        The outcome, ``on`` and ``controls`` are constructs of the instrument, columns of the body data, or fields of
        the respondents; a ``formula`` says outcome, predictors and interactions in one line. What is None comes from
        the study's first model, or the model of that outcome. Predictors of respondents are split into within and
        between bodies unless ``pooled``; the others as `kadsurvey.outcomes.analysis.Model`.
        """
        from kadsurvey.outcomes.analysis import Model, analyse, with_formula
        from kadsurvey.report.builders.regression import analysis_tables

        named = self.model_named(outcome, formula)
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
        bodies, derived = self.bodies_with(model.variables)
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
        files = self._write({workbook_name: workbook((*shown, *more), lang)}, out, force, lang)
        findings = self.published((*self.findings(), *derived, *found.findings))
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

    def network(
        self,
        *,
        by: str | None = None,
        cut: int = 1,
        symmetrise: Symmetrise = "either",
        progress: Callable[[int, int], None] | None = None,
        out: Path | None = None,
        lang: Language = "en",
        force: bool = False,
    ) -> Run:
        """Measure who works with whom; writes network.xlsx and network.csv. Parameters as `network_indices`.

        Raises
        ------
        StudyError
            If the study names no file of ties.
        """
        from kadsurvey.indices.network import network_indices
        from kadsurvey.report.builders.findings import findings_table, log_table
        from kadsurvey.report.builders.network import network_tables

        if self.ties is None:
            raise StudyError("study.no_ties")
        seed = self.settings.seed
        found = network_indices(self.ties, by=by, cut=cut, symmetrise=symmetrise, seed=seed, progress=progress)
        shown, more = network_tables(found)
        findings = (*self.ties.findings, *found.findings)
        sheets = (*shown, *more, findings_table(findings), log_table(self.ties.log))
        writers = {
            "network.xlsx": workbook(sheets, lang),
            "network.csv": csv_file(found.variables().reset_index()),
        }
        files = self._write(writers, out, force, lang)
        return self._run("network", {"network": found}, shown, files=files, findings=findings)

    def report(
        self,
        *,
        models: Sequence[ModelSettings] | None = None,
        formats: Sequence[Format] | None = None,
        languages: Sequence[Language] = ("en",),
        template: Path | None = None,
        tex: TexStyle = "article",
        stars: bool = False,
        command: str = "kadsurvey report",
        progress: Progress | None = None,
        out: Path | None = None,
        force: bool = False,
    ) -> Run:
        """Run every station and write the report: ``report.*`` in English, ``laporan.*`` in Indonesian, figures.

        ``models`` are those of the settings unless given; ``command`` is what the report says made it; the others as
        `kadsurvey.report.writers.report.write_report`.
        """
        from kadsurvey.cores import shared
        from kadsurvey.report.assembly import report_document
        from kadsurvey.report.writers.folder import refuse_foreign
        from kadsurvey.report.writers.report import FORMATS, document_names, write_report
        from kadsurvey.reporting import Steps, gather, said_in_manifest

        directory = self._directory(out)
        if not force:
            # Said before the work, not after it.
            refuse_foreign(directory, document_names(formats or FORMATS, languages))
        steps, asked = Steps(progress), self.settings.models if models is None else tuple(models)
        with shared():
            inputs = gather(self, asked, command=command, stars=stars, steps=steps)
        files = write_report(
            report_document(inputs),
            directory,
            formats=formats or FORMATS,
            languages=languages,
            template=template,
            tex=tex,
            force=force,
            about={"report": said_in_manifest(inputs.reproduction, self.settings, steps)},
            progress=progress,
        )
        return self._run("report", {}, (), files=files, findings=inputs.findings)

    def register(self, path: Path, *, out: Path | None = None, lang: Language = "en", force: bool = False) -> Run:
        """Check a register of cooperations, and hold the study against it; writes register.xlsx."""
        from kadsurvey.ingest.region_codes import installed_regions
        from kadsurvey.ingest.register import read_register
        from kadsurvey.report.builders.findings import findings_table, log_table
        from kadsurvey.report.builders.register import register_tables
        from kadsurvey.report.writers.folder import write_files

        register = read_register(path, regions=installed_regions())
        joined = self.in_register(register)
        findings = (*register.findings, *(() if joined is None else joined.findings))
        shown, more = register_tables(register, joined)
        sheets = (*shown, *more, findings_table(findings, whole=True), log_table(register.log, cells=True))
        directory = self._directory(out)
        files = write_files(directory, {"register.xlsx": workbook(sheets, lang)}, force=force)
        counts = {"bodies": len(register.names), "members": len(register.members), "findings": len(findings)}
        return Run(
            command="register",
            results={"register": register} if joined is None else {"register": register, "join": joined},
            findings=findings,
            log=register.log,
            tables=shown,
            headline=(Text("study.register_headline", {"file": path.name, **counts}),),
            files=tuple(files),
        )
