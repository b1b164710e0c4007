"""The checklist: where each item is found in a document, and what is left to the author."""

from __future__ import annotations

from kadsurvey.language.text import LANGUAGES, render
from kadsurvey.report.document import Part
from kadsurvey.report.narrative.checklist import CITES, ITEMS, checklist
from kadsurvey.report.references import load_references
from kadsurvey.report.table import Table


def part(key: str, *tables: str) -> Part:
    return Part(
        key, {"en": f"Title of {key}", "id": f"Judul {key}"}, tuple(Table(name, name, (), ()) for name in tables)
    )


PARTS = (part("flow", "screens"), part("reliability", "alpha"), part("models", "regression_cost", "design_cost"))


def test_items_are_found_by_part_and_by_table() -> None:
    rows = {item.name: row for item, row in zip(ITEMS, checklist(PARTS).rows, strict=True)}
    assert render(rows["reliability"].values["where"], "en") == "part 2, Title of reliability"
    assert render(rows["flow"].values["where"], "id") == "bagian 1, Judul flow"
    assert render(rows["estimates"].values["where"], "en") == "part 3, Title of models"


def test_an_item_in_several_parts_names_each() -> None:
    parts = (part("a", "corrected"), part("b", "robustness_cost"))
    rows = {item.name: row for item, row in zip(ITEMS, checklist(parts).rows, strict=True)}
    assert render(rows["sensitivity"].values["where"], "en") == "part 1, Title of a; part 2, Title of b"


def test_a_part_without_its_data_holds_nothing() -> None:
    absent = Part("claims", "claims", absent="no bodies were given")
    rows = {item.name: row for item, row in zip(ITEMS, checklist((absent,)).rows, strict=True)}
    assert render(rows["answers"].values["where"], "en") == "not in this report"


def test_what_only_the_author_knows_is_marked_and_never_found() -> None:
    for item, row in zip(ITEMS, checklist(PARTS).rows, strict=True):
        assert row.strong == (item.author == "only")
        assert not (item.author == "only" and item.keys)
        assert ("☐" in render(row.values["author"], "id")) == (item.author != "no")


def test_items_are_worded_once_in_each_language() -> None:
    for lang in LANGUAGES:
        words = [render(row.values["item"], lang) for row in checklist(PARTS).rows]
        assert len(set(words)) == len(words) == len(ITEMS)


def test_its_standards_can_be_cited() -> None:
    assert set(CITES) <= set(load_references())
