"""The column of the body data that lists a body's members: ``Yogyakarta; Sleman; Bantul``."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kadsurvey.instrument.wording import fold_header

_HEADERS = frozenset(
    fold_header(name)
    for name in (
        "member_names",
        "nama_anggota",
        "nama_daerah_anggota",
        "daftar_anggota",
        "names of the members",
    )
)
_ENDS = re.compile(r"[;\n]")
_COMMAS = re.compile(r",(?!\d)")


def members_header(headers: Iterable[str]) -> str | None:
    """Return the header of the column that lists the members, None where there is none."""
    return next((header for header in headers if fold_header(header) in _HEADERS), None)


def split_members(text: str) -> tuple[str, ...]:
    """Split a list of members at semicolons and line breaks; at commas where there is neither.

    Examples
    --------
    >>> split_members("Yogyakarta; Sleman; Bantul")
    ('Yogyakarta', 'Sleman', 'Bantul')
    """
    parts = _ENDS.split(text) if _ENDS.search(text) else _COMMAS.split(text)
    names = (" ".join(part.split()) for part in parts)
    return tuple(dict.fromkeys(name for name in names if name))
