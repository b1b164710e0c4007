"""From a roster of who works with whom to ties and organisations."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from kadsurvey.errors import InputFileError
from kadsurvey.findings import Change, Finding
from kadsurvey.ingest.files import FileContent, read_file
from kadsurvey.ingest.grid import Grid
from kadsurvey.ingest.tie_assembly import NODE_COLUMNS, TIE_COLUMNS, TieAssembly
from kadsurvey.ingest.tie_cells import TieSheets, listed
from kadsurvey.ingest.tie_lists import find_lists, read_lists
from kadsurvey.ingest.tie_matrices import find_matrices, read_matrices
from kadsurvey.ingest.tie_nodes import Roster, read_roster
from kadsurvey.results import Result, plain

_EMPTY = Roster({})


@dataclass(frozen=True, slots=True, eq=False)
class Ties(Result):
    """Who says to be tied to whom.

    Attributes
    ----------
    edges : DataFrame
        A row a tie: body, relation, sender, receiver, strength (1-4; NaN where the question was not answered). What
        is not listed of a sender who answered is "no tie".
    nodes : DataFrame
        A row an organisation and body: body, organisation, group, member, level (region, province, centre), responded.
    asked : tuple of (body, relation)
        The relations that were asked about in each body, also where nobody has one.
    findings : tuple of Finding
        What is odd in the files.
    log : tuple of Change
        What was read as what.
    """

    edges: pd.DataFrame
    nodes: pd.DataFrame
    asked: tuple[tuple[str, str], ...]
    findings: tuple[Finding, ...] = ()
    log: tuple[Change, ...] = ()

    @property
    def bodies(self) -> list[str]:
        """The bodies, in the order of the organisations."""
        return list(dict.fromkeys(self.nodes["body"]))

    @property
    def relations(self) -> list[str]:
        """The relations, in the order of the file."""
        return list(dict.fromkeys(relation for _, relation in self.asked))

    def to_frame(self) -> pd.DataFrame:
        """Return the ties."""
        return self.edges

    def to_dict(self) -> dict[str, Any]:
        """Return ties, organisations, findings and log as plain values."""
        return {
            "edges": plain(self.edges),
            "nodes": plain(self.nodes),
            "asked": plain(self.asked),
            "findings": [finding.to_dict() for finding in self.findings],
            "log": [change.to_dict() for change in self.log],
        }


def read_ties(path: str | Path, nodes: str | Path | None = None) -> Ties:
    """Read a roster: a list of ties, or a matrix for each relation.

    Parameters
    ----------
    path : str or Path
        An xlsx, xls, ods or csv file. A list has columns ``from`` and ``to`` (*dari*, *ke*), and may have ``relation``,
        ``strength`` and ``body``, or a column of strengths for each relation. A matrix has those who answer down its
        side and those they are asked about along its top; its sheet bears the name of the relation, of the body, or of
        both (``Kartamantul - kontak``).
    nodes : str or Path, optional
        A file of organisations: ``organisation``, and where known ``body``, ``group`` (or *sektor*), ``member``,
        ``level``, ``responded``. It says who belongs to the roster: ties of others are left out, and named.

    Returns
    -------
    Ties

    Raises
    ------
    InputFileError
        If a file cannot be read, or holds neither a list nor a matrix.

    Notes
    -----
    An organisation answered where ``nodes`` says so; else where it has an answer in any relation of the body, be it
    a zero. An organisation that names nobody in a list without zeros therefore counts as one that did not answer.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "ties.csv"
    >>> _ = file.write_text("dari,ke,kekuatan\\nDinas A,LSM B,3\\nLSM B,Dinas A,0\\n")
    >>> read_ties(file).edges[["sender", "receiver", "strength"]].values.tolist()
    [['Dinas A', 'LSM B', 3.0]]
    """
    content = read_file(path)
    roster = _EMPTY if nodes is None else read_roster(nodes)
    found, used = _read_sheets(content, list(roster.bodies.values()))
    assembly = TieAssembly(roster, found)
    assembly.read()
    if not assembly.nodes:
        raise InputFileError("ingest.no_ties_read", file=content.file)
    findings = listed([*found.findings, *assembly.findings])
    return Ties(
        edges=pd.DataFrame(assembly.edges, columns=list(TIE_COLUMNS)).astype({"strength": "float64"}),
        nodes=pd.DataFrame(assembly.node_rows(), columns=list(NODE_COLUMNS)),
        asked=tuple(assembly.asked),
        findings=(*findings, *_other_sheets(content.grids, used), *roster.findings),
        log=(*content.log, *found.log, *assembly.log(), *roster.log),
    )


def _read_sheets(content: FileContent, bodies: list[str]) -> tuple[TieSheets, list[Grid]]:
    """Read the sheets as lists where one has the columns of a list, else as matrices; return those that were read."""
    if headers := find_lists(content.grids):
        return read_lists(headers, bodies), [header.grid for header in headers]
    if matrices := find_matrices(content.grids):
        return read_matrices(matrices, bodies), [matrix.grid for matrix in matrices]
    sheets = [grid.sheet for grid in content.grids if grid.sheet]
    raise InputFileError("ingest.no_ties", file=content.file, sheets=sheets or "-")


def _other_sheets(grids: tuple[Grid, ...], used: list[Grid]) -> list[Finding]:
    others = [grid for grid in grids if not any(grid is part for part in used) and not grid.is_empty()]
    return [Finding("ingest.sheet_without_ties", "note", {}, grid.file, grid.sheet) for grid in others]
