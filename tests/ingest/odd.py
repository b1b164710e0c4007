"""Findings of one code, after each was put into both languages (which fails where a text lacks a parameter)."""

from __future__ import annotations

from collections.abc import Iterable

from kadsurvey.findings import Change, Finding
from kadsurvey.ingest.bodies import Bodies
from kadsurvey.ingest.responses import Responses


def found(result: Responses | Bodies | Iterable[Finding], code: str) -> list[Finding]:
    """Return the findings of a code."""
    findings = list(result.findings if isinstance(result, Responses | Bodies) else result)
    for finding in findings:
        assert finding.render("id") != finding.render("en")
    return [finding for finding in findings if finding.code == code]


def logged(result: Responses | Bodies, code: str, column: str | None = None) -> list[Change]:
    """Return the log entries of a code, and of one column if it is named."""
    for change in result.log:
        assert change.render("id") != change.render("en")
    return [change for change in result.log if change.code == code and column in (None, change.column)]
