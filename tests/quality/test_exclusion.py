"""Who is left out, and what is said where nobody could be."""

from __future__ import annotations

import pytest

from kadsurvey.errors import ArgumentError
from kadsurvey.findings import Finding
from kadsurvey.instrument.model import Instrument
from kadsurvey.quality.respondent_findings import flagged_respondents, respondent_findings
from kadsurvey.quality.screening import Screening, screen
from tests.quality.conftest import Answer, attentive, respond


def rows_with_oddities(small: Instrument) -> list[list[Answer]]:
    """R1 ticks one column, R2 repeats R4, R3 repeats most of R5; the rest reads."""
    rows = attentive(small, 60)
    rows[0] = [4.0] * 20
    rows[3] = list(rows[1])
    rows[4] = list(rows[2])
    rows[4][0] = 1 if rows[4][0] != 1 else 2
    return rows


def codes(screening: Screening) -> list[str]:
    for finding in screening.findings:
        assert finding.render("en") != finding.render("id")
    return [finding.code for finding in screening.findings]


def test_the_ledger_names_every_reason_once(small: Instrument) -> None:
    responses = respond(small, rows_with_oddities(small))
    screening = screen(responses, drop=["straightlining", "duplicate", "same_answer", "straightlining"])
    assert screening.ledger["reason"].to_dict() == {"R1": "straightlining,same_answer", "R4": "duplicate"}
    assert screening.ledger["row"].tolist() == [2, 5]
    assert len(screening.clean.data) == 58
    assert {"R1", "R4"}.isdisjoint(screening.clean.data.index)


def test_flags_are_of_everybody_and_items_of_those_kept(small: Instrument) -> None:
    responses = respond(small, rows_with_oddities(small))
    screening = screen(responses, drop=["same_answer"])
    assert len(screening.flags) == 60
    assert screening.items.loc["a1", "n"] == 59


def test_what_is_flagged_and_kept_is_counted(small: Instrument) -> None:
    responses = respond(small, rows_with_oddities(small))
    kept = {finding.params["flag"] for finding in screen(responses).findings if finding.code == "quality.flagged"}
    assert {"same_answer", "straightlining", "duplicate", "near_duplicate"} <= kept
    dropped = screen(responses, drop=["same_answer"])
    assert "same_answer" not in {finding.params.get("flag") for finding in dropped.findings}


def test_a_screen_that_judged_nobody_drops_nobody_and_says_so(small: Instrument) -> None:
    screening = screen(respond(small, attentive(small, 40)), drop=["speeding"])
    assert screening.ledger.empty
    assert {"quality.drop_not_judged", "quality.nobody_dropped"} <= set(codes(screening))
    (finding,) = [finding for finding in screening.findings if finding.code == "quality.drop_not_judged"]
    assert "no start and end times" in finding.render()


def test_dropping_nobody_is_said(small: Instrument) -> None:
    assert "quality.nobody_dropped" in codes(screen(respond(small, attentive(small, 40)), drop=["no_answers"]))


@pytest.mark.parametrize("name", ["straightlinig", "longstring", ""])
def test_an_unknown_flag_names_the_known(small: Instrument, name: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        screen(respond(small, attentive(small, 3)), drop=[name])
    assert "straightlining" in str(caught.value)


def test_every_flag_of_a_respondent_is_a_finding_with_its_row(small: Instrument) -> None:
    responses = respond(small, rows_with_oddities(small))
    screening = screen(responses)
    findings = list(respondent_findings(screening, responses))
    assert len(findings) == int(screening.flags.to_numpy().sum())
    assert next(iter(flagged_respondents(screening))) == "R1"
    of_first = [finding for finding in findings if finding.respondent_id == "R1"]
    assert {(finding.file, finding.sheet, finding.cell) for finding in of_first} == {("a.xlsx", "S", "A2")}
    assert any("100%" in finding.render() for finding in of_first)
    assert {"quality.respondent_flagged", "quality.respondent_marked"} == {finding.code for finding in of_first}
    (copy,) = [finding for finding in findings if finding.respondent_id == "R4"]
    assert copy.code == "quality.respondent_repeats"
    assert "R2 (a.xlsx:3)" in copy.render()


def test_other_names_stand_for_respondents_everywhere(small: Instrument) -> None:
    responses = respond(small, rows_with_oddities(small))
    names = {f"R{place}": f"x{place}" for place in range(1, 61)}
    screening = screen(responses, drop=["duplicate"]).under(names)
    for frame in (screening.flags, screening.values, screening.repeats, screening.ledger):
        assert all(str(name).startswith("x") for name in frame.index)
    assert screening.repeats.loc["x4"] == "x2"
    plain = screening.to_dict()
    assert [row["respondent_id"] for row in plain["ledger"]] == ["x4"]
    assert "R4" not in str(plain["respondents"])
    finding = Finding("quality.respondent_repeats", "note", {"earlier": "R2", "place": "R2"}, respondent_id="R4")
    assert finding.under(names).params == {"earlier": "x2", "place": "R2"}
    assert finding.under(names).respondent_id == "x4"
    assert finding.under({}).respondent_id == "R4"
