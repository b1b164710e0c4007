"""What a report is made from: the results of the stations, and what it is to say of itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from kadsurvey.findings import Change, Finding
from kadsurvey.indices.change import Change as IndexChange
from kadsurvey.indices.network import NetworkIndices
from kadsurvey.indices.roster_beside import RosterBeside
from kadsurvey.ingest.bodies import Bodies
from kadsurvey.ingest.responses import Responses
from kadsurvey.ingest.ties import Ties
from kadsurvey.language.text import Label
from kadsurvey.outcomes.efficiency import Efficiency
from kadsurvey.report.narrative.material import Material


@dataclass(frozen=True, slots=True)
class Facts:
    """What the analyst says of the study, beside its data.

    Attributes
    ----------
    title, author, note : str or None
        The note stands below the title: that data are invented, for one.
    sent : int or None
        Questionnaires sent.
    """

    title: str | None = None
    author: str | None = None
    note: str | None = None
    sent: int | None = None


@dataclass(frozen=True, slots=True)
class Reproduction:
    """What is needed to make the report again.

    Attributes
    ----------
    versions : mapping of program or library to its version
    seed : int
    command : str
        The command line, files by their names.
    inputs : mapping of file name to SHA-256
    made : date
    """

    versions: Mapping[str, str]
    seed: int
    command: str
    inputs: Mapping[str, str]
    made: date


@dataclass(frozen=True, slots=True)
class ReportInputs:
    """The results of a study; None where a station had no data.

    Attributes
    ----------
    material : Material
        Answers, validation, indices, agreement and models.
    returned : Responses
        The answers before any were left out.
    model_names : tuple of str
        Of the analyses in ``material``: their names in the study. Those fitted for the claims come after them.
    reasons : mapping of str to Label
        Why a part, or a model for a claim, could not be computed.
    unfitted : tuple of Label
        The study's models that could not be fitted, each with its reason.
    names : mapping of respondent to pseudonym
    stars : bool
        Whether p values are marked with stars.
    """

    material: Material
    returned: Responses
    reproduction: Reproduction
    names: Mapping[str, str]
    facts: Facts = field(default_factory=Facts)
    model_names: tuple[str, ...] = ()
    reasons: Mapping[str, Label] = field(default_factory=dict)
    unfitted: tuple[Label, ...] = ()
    bodies: Bodies | None = None
    ties: Ties | None = None
    network: NetworkIndices | None = None
    beside: RosterBeside | None = None
    change: IndexChange | None = None
    efficiency: Efficiency | None = None
    findings: tuple[Finding, ...] = ()
    log: tuple[Change, ...] = ()
    min_cell: int = 5
    stars: bool = False
