"""What the commands of a study share: the files they write, and the Run they return."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kadsurvey.errors import OutputError
from kadsurvey.findings import Finding
from kadsurvey.language.text import Label, Language, Text
from kadsurvey.run import Run
from kadsurvey.stations import Stations

if TYPE_CHECKING:
    from kadsurvey.report.table import Table
    from kadsurvey.results import Result


class Running(Stations):
    """The stations of a study with what writes and tells of their results."""

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
        return ledger_table(self.screening, self.names), *compared

    def _privacy(
        self, findings: tuple[Finding, ...]
    ) -> tuple[tuple[tuple[Table, ...], tuple[Table, ...]], dict[str, Result], tuple[Finding, ...]]:
        """Return what sharing would reveal: tables to show and further ones, the result, and the findings with it."""
        from kadsurvey.quality.disclosure import disclosure
        from kadsurvey.report.builders.disclosure import disclosure_findings, disclosure_tables

        found = disclosure(self.responses, k=self.settings.min_cell).under(self.names)
        tables = disclosure_tables(found, self.instrument)
        return tables, {"disclosure": found}, (*findings, *disclosure_findings(found))

    def _directory(self, out: Path | None) -> Path:
        """Return the folder of the results.

        Raises
        ------
        OutputError
            If it is the folder of the key of the pseudonyms: who is given the results is not to be given the key.
        """
        directory = out or self.settings.out or self.settings.folder / "results"
        if self.settings.data and self.key_file.parent.resolve() == directory.resolve():
            raise OutputError("study.key_among_results", folder=directory.resolve().name, key=self.key_file.name)
        return directory

    def _write(
        self, writers: Mapping[str, Callable[[Path], None]], out: Path | None, force: bool, lang: Language = "en"
    ) -> list[Path]:
        """Write the files of a command and, where something is to be asked, the mapping file that asks it."""
        from kadsurvey.report.writers.folder import free_name, write_files
        from kadsurvey.report.writers.mapping import MAPPING_FILE, mapping_file

        directory = self._directory(out)
        named = dict(writers)
        if self.proposals:
            # Under a name of its own: the answers that a person gave are never replaced.
            named[free_name(directory, MAPPING_FILE)] = mapping_file(self.proposals, self.mapping, lang)
        return write_files(directory, named, force=force) if named else []

    def _run(
        self,
        command: str,
        results: Mapping[str, Result],
        tables: tuple[Table, ...],
        *,
        files: Sequence[Path] = (),
        findings: tuple[Finding, ...],
    ) -> Run:
        from kadsurvey.ingest.proposals import asking

        taken = self.settings.taken
        mapping_written = next((path.name for path in files if path.stem.startswith("mapping")), None)
        return Run(
            command=command,
            results=results,
            findings=(*findings, *asking(self.proposals, self.mapping, file=mapping_written)),
            log=self.log(),
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
