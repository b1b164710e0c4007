"""What a report cites: a work, as BibTeX and as a line of a reference list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reference:
    """A work that is cited.

    Attributes
    ----------
    key : str
        Its BibTeX key, such as ``putnam1993``.
    kind : str
        BibTeX's type: article, book, incollection, misc.
    fields : mapping of str to str
        BibTeX's fields; authors as ``Family, Given and Family, Given``.
    """

    key: str
    kind: str
    fields: Mapping[str, str]
