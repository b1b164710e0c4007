"""The register of cooperations to Tables, and a study held against it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from kadsurvey.ingest.register import Register
from kadsurvey.ingest.register_join import RegisterJoin
from kadsurvey.language.text import Label, Text
from kadsurvey.report.table import Column, Table, rows_of


def register_tables(register: Register, joined: RegisterJoin | None) -> tuple[tuple[Table, ...], tuple[Table, ...]]:
    """Return the tables to show, in their order, and those that only the workbook holds."""
    shown, more = [_bodies(register)], [_members(register)]
    if joined is not None:
        shown.append(_joined(joined))
        more.append(_joined_members(joined))
    return tuple(shown), tuple(more)


def _bodies(register: Register) -> Table:
    counts = register.members.groupby("body")[["member", "code"]].count().reindex(register.data.index, fill_value=0)
    frame = register.data.assign(listed=counts["member"], coded=counts["code"])
    columns = [
        Column("body", Text("tables.body")),
        Column("name", Text("tables.name")),
        Column("province", Text("tables.province")),
        Column("service", Text("tables.service")),
        Column("form", Text("tables.legal_form")),
        Column("founded", Text("tables.founded")),
        Column("members", Text("tables.members_said"), "integer"),
        Column("listed", Text("tables.members_listed"), "integer"),
        Column("coded", Text("tables.members_coded"), "integer"),
    ]
    facts = ("name", "province", "service", "form", "founded", "members")
    filled = [
        Text("tables.register_filled", {"column": column.label, "count": int(frame[column.key].notna().sum())})
        for column in columns
        if column.key in facts and column.key in frame
    ]
    notes: list[Label] = [Text("tables.note_register_filled", {"n": len(frame), "columns": filled})] if filled else []
    if register.members["code"].notna().any():
        notes.append(Text(f"tables.note_codes_by_{register.codes_by}"))
    records = _records(frame.reset_index())
    for record in records:
        # A year has no thousands sign.
        if record.get("founded") is not None:
            record["founded"] = f"{record['founded']:.0f}"
    return Table(
        key="register",
        title=Text("tables.register"),
        columns=tuple(column for column in columns if column.key == "body" or frame.get(column.key) is not None),
        rows=rows_of(records),
        notes=tuple(notes),
        result="Register",
    )


def _members(register: Register) -> Table:
    return Table(
        key="register_members",
        title=Text("tables.register_members"),
        columns=(
            Column("body", Text("tables.body")),
            Column("member", Text("tables.member")),
            Column("code", Text("tables.region_code")),
        ),
        rows=rows_of(_records(register.members)),
        result="Register",
    )


def _joined(joined: RegisterJoin) -> Table:
    return Table(
        key="register_join",
        title=Text("tables.register_join"),
        columns=(
            Column("body", Text("tables.body")),
            Column("register", Text("tables.in_register")),
            Column("joined_by", Text("tables.joined_by")),
            Column("near", Text("tables.nearly")),
            Column("n_both", Text("tables.members_both"), "integer"),
            Column("n_study", Text("tables.members_study_only"), "integer"),
            Column("n_register", Text("tables.members_register_only"), "integer"),
        ),
        rows=rows_of(_joined_records(joined.bodies.reset_index())),
        notes=(Text("tables.note_register_join"),),
        result="RegisterJoin",
    )


def _joined_members(joined: RegisterJoin) -> Table:
    return Table(
        key="register_member_join",
        title=Text("tables.register_member_join"),
        columns=(
            Column("body", Text("tables.body")),
            Column("member", Text("tables.member")),
            Column("register_member", Text("tables.in_register")),
            Column("code", Text("tables.region_code")),
            Column("joined_by", Text("tables.joined_by")),
        ),
        rows=rows_of(_joined_records(joined.members)),
        notes=(Text("tables.note_register_join"),),
        result="RegisterJoin",
    )


def _joined_records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    records = _records(frame)
    for record in records:
        if record["joined_by"] is not None:
            record["joined_by"] = Text(f"tables.joined_{record['joined_by']}")
    return records


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = frame.astype(object).where(frame.notna(), None).to_dict(orient="records")  # type: ignore[assignment]
    return records
