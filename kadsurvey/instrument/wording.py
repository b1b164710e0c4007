"""When two spellings mean the same: headers, answers and names compared after Unicode, case, space and numbering."""

from __future__ import annotations

import re
import unicodedata

_SPACE = re.compile(r"[\s_\u200b\ufeff]+")
_DASHES = re.compile("[-\u2010-\u2015]")
_APOSTROPHES = re.compile("[\u2018\u2019\u02bc`]")
_NUMBERING = re.compile(r"^\(?\d{1,3}\s*[.)]\s*(?=\D)")
_EDGES = " .,:;!?*\"'()[]"


def fold(text: str) -> str:
    """Bring a text to the form in which two spellings of it are equal.

    Compatibility characters, case, runs of white space, underscores, dashes, the shape of apostrophes and punctuation
    at the edges do not count.

    Examples
    --------
    >>> fold(" SANGAT  setuju. ") == fold("Sangat_setuju")
    True
    """
    folded = _APOSTROPHES.sub("'", unicodedata.normalize("NFKC", text).casefold())
    return _SPACE.sub(" ", _DASHES.sub(" ", folded)).strip(_EDGES)


def fold_header(text: str) -> str:
    """Fold a column header, without a number in front of it (``"21. Kami ..."``)."""
    return fold(_NUMBERING.sub("", unicodedata.normalize("NFKC", text).strip()))
