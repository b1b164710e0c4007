"""What a paper must report, after JARS-Quant and STROBE: where it is found, and what only the author can add."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from kadsurvey.language.text import Label, Text
from kadsurvey.report.document import Figure, Part
from kadsurvey.report.narrative.words import clauses
from kadsurvey.report.table import Column, Row, Table

Author: TypeAlias = Literal["no", "adds", "only"]
Section: TypeAlias = Literal["title", "introduction", "method", "results", "discussion", "other"]


@dataclass(frozen=True, slots=True)
class Item:
    """Something a paper must report.

    Attributes
    ----------
    name : str
        Its text in the catalogue, without ``narrative.check_``.
    section : str
    keys : tuple of str
        Keys of the parts, tables and figures that hold it; of any of several models too (``regression_cost``).
    author : {"no", "adds", "only"}
        Whether the report holds it, the author adds to it, or only the author knows it.
    """

    name: str
    section: Section
    keys: tuple[str, ...] = ()
    author: Author = "no"


ITEMS: tuple[Item, ...] = (
    Item("title", "title", author="only"),
    Item("abstract", "title", author="only"),
    Item("theory", "introduction", ("claims",), "adds"),
    Item("hypotheses", "introduction", ("claims",), "adds"),
    Item("setting", "method", ("respondents", "profile"), "adds"),
    Item("eligibility", "method", author="only"),
    Item("sampling", "method", ("flow", "screens"), "adds"),
    Item("size", "method", ("design",)),
    Item("ethics", "method", author="only"),
    Item("measures", "method", ("methods", "items"), "adds"),
    Item("scoring", "method", ("methods",)),
    Item("reliability", "method", ("alpha", "omega", "reliability")),
    Item("validity", "method", ("item_validity", "suitability", "fit", "models", "convergent", "discriminant")),
    Item("invariance", "method", ("invariance",)),
    Item("screening", "method", ("screens", "left_out")),
    Item("missing", "method", ("dont_know", "missing")),
    Item("aggregation", "method", ("agreement",)),
    Item("analysis", "method", ("methods",)),
    Item("registration", "method", author="only"),
    Item("software", "method", ("reproduction", "methods")),
    Item("flow", "results", ("flow", "screens", "left_out"), "adds"),
    Item("respondents", "results", ("respondents", "profile")),
    Item("descriptives", "results", ("items", "bodies_predictors", "bodies_outcomes")),
    Item("networks", "results", ("network", "network_bodies", "network_organisations")),
    Item("correlations", "results", ("correlations",)),
    Item("estimates", "results", ("regression",)),
    Item("assumptions", "results", ("assumptions", "collinearity", "influence")),
    Item("sensitivity", "results", ("corrected", "other_inference", "robustness")),
    Item("answers", "discussion", ("claims",), "adds"),
    Item("bias", "discussion", ("limits",), "adds"),
    Item("generality", "discussion", ("limits",), "adds"),
    Item("meaning", "discussion", author="only"),
    Item("funding", "other", author="only"),
    Item("availability", "other", ("reproduction",), "adds"),
)


def checklist(parts: Sequence[Part]) -> Table:
    """Lay out the checklist: each item, the parts that hold it, and what is left to the author.

    Parameters
    ----------
    parts : sequence of Part
        Of the report, in the order in which they are numbered from 1; one without blocks holds nothing.
    """
    rows = []
    for item in ITEMS:
        found = [
            Text("narrative.check_part", {"number": number, "title": part.title})
            for number, part in enumerate(parts, start=1)
            if _holds(part, item.keys)
        ]
        values: dict[str, Label] = {
            "item": Text(f"narrative.check_{item.name}"),
            "where": _where(found, item),
            "author": Text(f"narrative.check_author_{item.author}"),
        }
        section = Text(f"narrative.check_section_{item.section}")
        rows.append(Row(values, group=section, strong=item.author == "only"))
    return Table(
        key="checklist",
        title=Text("narrative.checklist"),
        columns=(
            Column("item", Text("narrative.check_item")),
            Column("where", Text("narrative.check_where")),
            Column("author", Text("narrative.check_author")),
        ),
        rows=tuple(rows),
        notes=(Text("narrative.note_checklist"),),
    )


def _where(found: Sequence[Label], item: Item) -> Label:
    if found:
        return clauses(found)
    return Text("narrative.check_not_here") if item.author != "only" else "–"


def _holds(part: Part, keys: Sequence[str]) -> bool:
    if not part.blocks:
        return False
    named = [part.key, *(block.key for block in part.blocks if isinstance(block, Table | Figure))]
    return any(_is_key(name, key) for name in named for key in keys)


def _is_key(name: str, key: str) -> bool:
    return name == key or name.startswith(f"{key}_")


CITES = ("appelbaum2018", "vonelm2007")
"""The standards whose demands it gathers."""
