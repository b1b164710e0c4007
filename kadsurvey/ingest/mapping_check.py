"""The names of the mapping file held against those of the survey and of the body data."""

from __future__ import annotations

from kadsurvey.errors import nearest
from kadsurvey.findings import Finding
from kadsurvey.ingest.bodies import Bodies
from kadsurvey.ingest.codes import name_key
from kadsurvey.ingest.mapping import MappingKind, UserMapping
from kadsurvey.ingest.responses import Responses


def mapping_findings(mapping: UserMapping, responses: Responses, bodies: Bodies | None) -> tuple[Finding, ...]:
    """Name accepted rows whose meaning is a name that stands nowhere (an error), and rows that changed nothing.

    Names are those that the files hold before any mapping, the full names of the body data, and the values of the
    instrument.
    """
    findings = []
    kinds: tuple[MappingKind, ...] = ("body", "member")
    for kind in kinds:
        written = _written(kind, responses, bodies)
        known = dict.fromkeys([*written, *_given(kind, responses, bodies)])
        keys = {name_key(name) for name in known}
        for key, row in mapping.accepted_names(kind).items():
            if name_key(row.meant) not in keys:
                near = nearest(row.meant, [name for name in known if name_key(name) != key])
                hint = [near] if near else list(known)
                findings.append(mapping.finding("ingest.mapping_meant_unknown", row, {"known": hint}, severity="error"))
            elif key not in {name_key(name) for name in written}:
                findings.append(mapping.finding("ingest.mapping_name_unused", row))
    return tuple(findings)


def _written(kind: MappingKind, responses: Responses, bodies: Bodies | None) -> list[str]:
    """Return the names as the files hold them."""
    field = responses.instrument.field_with("body" if kind == "body" else "member")
    raw = responses.raw[field].tolist() if field is not None and field in responses.raw else []
    texts = dict.fromkeys(" ".join(text.split()) for text in raw)
    return [*filter(None, texts), *(bodies.written.get(kind, ()) if bodies is not None else ())]


def _given(kind: MappingKind, responses: Responses, bodies: Bodies | None) -> list[str]:
    """Return other names that a meaning may be: full names of bodies, and values of the instrument."""
    field = responses.instrument.field_with("body" if kind == "body" else "member")
    values = list(responses.instrument.fields[field].values) if field else []
    if kind == "body" and bodies is not None and "name" in bodies.data:
        values += [name for name in bodies.data["name"].dropna().unique() if isinstance(name, str)]
    return values
