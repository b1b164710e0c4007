"""What a report cites: a work, as BibTeX and as a line of a reference list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from kadsurvey.language.text import Language, Text

_ORDINALS = {"1": "st", "2": "nd", "3": "rd"}
_SPECIAL = str.maketrans({"&": r"\&", "%": r"\%", "_": r"\_", "#": r"\#"})


@dataclass(frozen=True, slots=True)
class Reference:
    """A work that is cited.

    Attributes
    ----------
    key : str
        Its BibTeX key, such as ``putnam1993``.
    kind : str
        BibTeX's type: article, book, incollection, misc, unpublished.
    fields : mapping of str to str
        BibTeX's fields; authors as ``Family, Given and Family, Given``, an organisation in braces; an edition as its
        number.
    """

    key: str
    kind: str
    fields: Mapping[str, str]


@cache
def load_references() -> dict[str, Reference]:
    """Return every work that a report can cite, by its key."""
    from importlib.resources import files

    import yaml

    source = files("kadsurvey.language").joinpath("references.yaml").read_text(encoding="utf-8")
    entries: dict[str, dict[str, str]] = yaml.load(source, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))
    return {
        key: Reference(key, entry["kind"], {name: value for name, value in entry.items() if name != "kind"})
        for key, entry in entries.items()
    }


def cited(keys: Iterable[str]) -> tuple[Reference, ...]:
    """Return the works of these keys, each once, by author and year.

    Raises
    ------
    KeyError
        If there is no work of a key.
    """
    works = load_references()
    return tuple(sorted((works[key] for key in dict.fromkeys(keys)), key=_order))


def _order(reference: Reference) -> tuple[str, str, str]:
    return (_authors(reference.fields["author"]).casefold(), reference.fields["year"], reference.key)


def apa_text(reference: Reference, lang: Language) -> str:
    """Return a work as a line of a reference list in APA style, what is to be italic between asterisks.

    Examples
    --------
    >>> apa_text(load_references()["cronbach1951"], "en")
    'Cronbach, L. J. (1951). Coefficient alpha and the internal structure of tests. *Psychometrika*, *16*(3), 297–334.'
    """
    given = reference.fields
    params: dict[str, object] = {
        **given,
        "authors": _authors(given["author"]),
        "title": _ended(given["title"]),
        "number": f"({given['number']})" if "number" in given else "",
        "pages": given.get("pages", "").replace("--", "–"),
    }
    if reference.kind == "incollection":
        params["editors"] = _joined([_initials_first(name) for name in _names(given["editor"])])
    if reference.kind == "book":
        params["title"] = _italic(given["title"], "edition" not in given)
        if "edition" in given:
            params["edition"] = Text(f"narrative.edition_{given['edition']}")
            return Text("narrative.reference_book_edition", params).render(lang)
    if reference.kind in ("misc", "unpublished"):
        params["title"] = _italic(given["title"], reference.kind == "misc")
        if "howpublished" in given:
            return Text("narrative.reference_published", params).render(lang)
    return Text(f"narrative.reference_{reference.kind}", params).render(lang)


def bibtex(references: Iterable[Reference]) -> str:
    """Return works as a BibTeX file; titles keep their capitals."""
    return "\n".join(_entry(reference) for reference in references)


def _entry(reference: Reference) -> str:
    fields = {name: value.translate(_SPECIAL) for name, value in reference.fields.items()}
    fields["title"] = f"{{{fields['title']}}}"
    if "edition" in fields:
        fields["edition"] += _ORDINALS.get(fields["edition"], "th")
    body = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    return f"@{reference.kind}{{{reference.key},\n{body}}}\n"


def _names(authors: str) -> list[str]:
    return [name.strip() for name in authors.split(" and ")]


def _authors(authors: str) -> str:
    return _joined([name.strip("{}") for name in _names(authors)])


def _joined(names: list[str]) -> str:
    """Join names as APA does: a comma before the ampersand, which two editors have not."""
    if names[-1] == "others":
        return f"{', '.join(names[:-1])}, et al."
    if len(names) == 1:
        return names[0]
    comma = "," if len(names) > 2 or "," in names[0] else ""
    return f"{', '.join(names[:-1])}{comma} & {names[-1]}"


def _initials_first(name: str) -> str:
    family, _, given = name.partition(", ")
    return f"{given} {family}".strip()


def _ended(title: str) -> str:
    return title if title.endswith(("?", "!")) else f"{title}."


def _italic(title: str, ended: bool) -> str:
    return f"*{title}*." if ended and not title.endswith(("?", "!")) else f"*{title}*"
