from __future__ import annotations

from pathlib import Path

from kadsurvey.findings import Finding
from kadsurvey.ingest.bodies import read_bodies
from kadsurvey.ingest.mapping import MappingRow, UserMapping
from kadsurvey.ingest.proposals import Proposal, asking, propose
from kadsurvey.instrument.model import Instrument
from kadsurvey.language.text import render
from tests.workbooks import write_xlsx


def near(rare: str, count: int, frequent: str, other: int, kind: str = "body") -> Finding:
    params = {"kind": kind, "rare": rare, "count": count, "frequent": frequent, "other_count": other}
    return Finding("ingest.near_misspelling", "warning", params)


def otherwise(body: str, count: int, nearest: str, other: int) -> Finding:
    params = {"body": body, "count": count, "nearest": nearest, "other_count": other}
    return Finding("ingest.body_spelt_otherwise", "warning", params)


def pairs(proposals: tuple[Proposal, ...]) -> list[tuple[str, str, str]]:
    return [(proposal.row.kind, proposal.row.written, proposal.row.meant) for proposal in proposals]


def test_a_misspelling_is_proposed_and_left_unanswered() -> None:
    (proposal,) = propose([near("Barlingmascakep", 2, "Barlingmascakeb", 40)])
    assert pairs((proposal,)) == [("body", "Barlingmascakep", "Barlingmascakeb")]
    assert (proposal.row.accepted, proposal.row.count) == (None, "2")
    assert render(proposal.question, "id") == "Barlingmascakep -> Barlingmascakeb?"


def test_a_name_is_proposed_once_and_never_leads_to_another() -> None:
    proposals = propose([near("Kartamntl", 1, "Kartamantl", 3), otherwise("Kartamantl", 3, "Kartamantul", 30)])
    assert pairs(proposals) == [("body", "Kartamntl", "Kartamantul"), ("body", "Kartamantl", "Kartamantul")]
    both = propose([near("Kartamantl", 3, "Kartamantull", 5), otherwise("Kartamantl", 3, "Kartamantul", 30)])
    assert pairs(both) == [("body", "Kartamantl", "Kartamantul")]


def test_the_rarer_spelling_is_the_wrong_one() -> None:
    assert pairs(propose([otherwise("Cempaka", 23, "Cempakka", 1)])) == [("body", "Cempakka", "Cempaka")]
    assert pairs(propose([otherwise("Cempaka", 1, "Cempakka", 1)])) == [("body", "Cempaka", "Cempakka")]


def test_a_name_near_to_several_is_asked_without_a_proposal() -> None:
    params = {"member": "Semarang", "body": "A", "count": 4, "names": ["Kota Semarang", "Kabupaten Semarang"]}
    (proposal,) = propose([Finding("ingest.member_spelt_like_several", "warning", params)])
    assert pairs((proposal,)) == [("member", "Semarang", "")]
    assert "Kota Semarang, Kabupaten Semarang" in render(proposal.question, "en")


def test_cells_in_doubt_are_asked_once_a_text(tmp_path: Path, instrument: Instrument) -> None:
    table = """
    | body | cost    | signed     | mandatory | region_code |
    | a    | "1.250" | 03/04/2026 | mungkin   | "0071"      |
    | b    | "1.250" |            | ya        | 57          |
    | c    | banyak  |            | ya        |             |
    """
    bodies = read_bodies(write_xlsx(tmp_path / "bodies.xlsx", {"S": table}), instrument)
    proposals = propose(bodies.findings)
    assert [(p.row.kind, p.row.column, p.row.written, p.row.meant, p.row.count) for p in proposals] == [
        ("code", "region_code", "57", "0057", "1"),
        ("cell", "cost", "1.250", "", "2"),
        ("cell", "cost", "banyak", "", "1"),
        ("cell", "mandatory", "mungkin", "", "1"),
        ("cell", "signed", "03/04/2026", "", "1"),
    ]
    assert render(proposals[1].question, "en") == "1250 or 1.25? (cost: B2, B3)"
    assert render(proposals[4].question, "id") == "2026-04-03 atau 2026-03-04? (signed: C2)"


def test_what_the_user_has_a_row_for_is_not_asked_again() -> None:
    findings = [near("Kartamantl", 1, "Kartamantul", 3), near("Subosuka", 1, "Subosuko", 3)]
    rows = (MappingRow("body", "KARTAMANTL", "Kartamantul", None, row=2),)
    mapping = UserMapping("mapping.xlsx", "mapping", rows)
    proposals = propose(findings, mapping)
    assert pairs(proposals) == [("body", "Subosuka", "Subosuko")]
    written, unanswered = asking(proposals, mapping, file="mapping-2.xlsx")
    assert (written.code, written.severity, written.params["file"]) == (
        "ingest.mapping_proposed",
        "warning",
        "mapping-2.xlsx",
    )
    assert (unanswered.code, unanswered.params["rows"]) == ("ingest.mapping_unanswered", ["2"])
    assert all(finding.render("id") != finding.render("en") for finding in (written, unanswered))
    assert asking((), None, file=None) == ()
