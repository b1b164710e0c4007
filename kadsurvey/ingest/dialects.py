"""Which program a file came from, told from its headers, and what that program means by its columns and codes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from kadsurvey.errors import ArgumentError, InputFileError, nearest
from kadsurvey.findings import Change
from kadsurvey.ingest.naming import fold_header, header_endings
from kadsurvey.language.text import Text

Dialect: TypeAlias = Literal["auto", "kobo", "odk", "google", "limesurvey", "spss", "stata", "parquet", "excel"]
DIALECTS: tuple[Dialect, ...] = get_args(Dialect)

FileKind: TypeAlias = Literal["xlsx", "ods", "xls", "text", "zip", "sav", "dta", "parquet"]
"""How a file is kept, whatever program it came from."""

_DIALECT_OF_KIND: dict[FileKind, Dialect] = {"sav": "spss", "dta": "stata", "parquet": "parquet"}

REPEATS = frozenset({"_parent_index", "PARENT_KEY"})
"""Columns of a table with the rows of a repeated group, several a submission (Kobo, ODK)."""


@dataclass(frozen=True, slots=True)
class Conventions:
    """What a program does to the answers it collects.

    Attributes
    ----------
    dialect : Dialect
    title : str
        The program's name.
    marks : tuple of str
        Headers that it adds by itself.
    needed : int
        Marks that must be there to recognise it.
    system : frozenset of str
        Headers that are its own even where the questionnaire has the same word; the last of several such columns.
    identity : tuple of str
        Columns that identify a submission; the first that is filled counts.
    numbered : bool
        Whether ``identity`` only counts submissions from 1, survey by survey.
    review : tuple of str
        Columns with the verdict of a reviewer.
    rejected : frozenset of str
        Verdicts that reject a submission, folded.
    version : tuple of str
        Columns with the version of the form.
    separators : str
        Signs between a group's name and a question's.
    options : str
        Sign between a question of several choices and one of its options, where both are columns.
    answer_codes : bool
        Whether answers may be coded by their place in the list (``A1``) and choices by ``Y``.
    short_names : bool
        Whether names cannot begin with an underscore, so that ``_uuid`` is ``uuid``.
    """

    dialect: Dialect
    title: str
    marks: tuple[str, ...] = ()
    needed: int = 2
    system: frozenset[str] = frozenset()
    identity: tuple[str, ...] = ()
    numbered: bool = False
    review: tuple[str, ...] = ()
    rejected: frozenset[str] = frozenset()
    version: tuple[str, ...] = ()
    separators: str = ""
    options: str = ""
    answer_codes: bool = False
    short_names: bool = False

    def endings(self, header: str) -> Iterator[str]:
        """Yield what may remain of a header without its group, by the program's own sign first."""
        for separator in self.separators:
            rest = header
            while separator in rest:
                rest = rest.partition(separator)[2]
                yield rest
        if self.answer_codes and ". " in header:
            # "T1. Question" is LimeSurvey's heading by code and text.
            code = header.partition(". ")[0]
            yield from (code, *header_endings(code))
        yield from header_endings(header)


_KOBO = Conventions(
    dialect="kobo",
    title="KoboToolbox",
    marks=(
        "_uuid",
        "_submission_time",
        "_validation_status",
        "__version__",
        "_submitted_by",
        "rootUuid",
        "meta/rootUuid",
        "_index",
        "_tags",
        "_notes",
        "_status",
        "_id",
        "_xform_id_string",
        "formhub/uuid",
    ),
    system=frozenset({"_validation_status", "_notes", "_status", "_submitted_by", "__version__", "_tags", "_index"}),
    identity=("rootUuid", "meta/rootUuid", "_uuid"),
    review=("_validation_status",),
    rejected=frozenset({"validation status not approved", "not approved", "tidak disetujui"}),
    version=("__version__", "_version_"),
    separators="/",
    options="/",
)
_ODK = Conventions(
    dialect="odk",
    title="ODK Central",
    marks=(
        "KEY",
        "SubmissionDate",
        "meta-instanceID",
        "instanceID",
        "SubmitterID",
        "SubmitterName",
        "ReviewState",
        "AttachmentsPresent",
        "AttachmentsExpected",
        "FormVersion",
        "DeviceID",
        "Edits",
    ),
    system=frozenset(
        {"SubmitterID", "SubmitterName", "AttachmentsPresent", "AttachmentsExpected", "Status", "ReviewState"}
        | {"DeviceID", "Edits", "FormVersion"}
    ),
    identity=("KEY", "meta-instanceID", "instanceID"),
    review=("ReviewState",),
    rejected=frozenset({"rejected"}),
    version=("FormVersion",),
    separators="-:",
    options="/",
)
_GOOGLE = Conventions(
    dialect="google",
    title="Google Forms",
    marks=("Timestamp", "Stempel waktu", "Cap waktu"),
    needed=1,
)
_LIMESURVEY = Conventions(
    dialect="limesurvey",
    title="LimeSurvey",
    marks=(
        "submitdate",
        "lastpage",
        "startlanguage",
        "seed",
        "startdate",
        "datestamp",
        "interviewtime",
        "Date submitted",
        "Last page",
        "Start language",
        "Date started",
        "Date last action",
        "Total time",
        "Tanggal pengiriman",
        "Halaman terakhir",
        "Bahasa awal",
    ),
    system=frozenset({"id", "Response ID", "lastpage", "Last page", "startlanguage", "Start language", "seed", "Seed"}),
    identity=("id", "Response ID", "ID"),
    numbered=True,
    answer_codes=True,
)
_OTHERS = (
    Conventions(dialect="spss", title="SPSS", short_names=True),
    Conventions(dialect="stata", title="Stata", short_names=True),
    Conventions(dialect="parquet", title="parquet", system=frozenset({"__index_level_0__"})),
    Conventions(dialect="excel", title="Excel"),
)
CONVENTIONS: dict[Dialect, Conventions] = {part.dialect: part for part in (_KOBO, _ODK, _GOOGLE, _LIMESURVEY, *_OTHERS)}


@dataclass(frozen=True, slots=True)
class Recognised:
    """The program a file came from, and how that was found out."""

    conventions: Conventions
    reason: Change


def recognise(kind: FileKind, headers: Sequence[str], *, dialect: Dialect, file: str, sheet: str | None) -> Recognised:
    """Tell which program wrote a table.

    Parameters
    ----------
    kind : FileKind
        How the file is kept.
    headers : sequence of str
        Its headers, in the order of the columns.
    dialect : Dialect
        What the caller says; ``auto`` looks for the columns that programs add by themselves.

    Raises
    ------
    InputFileError
        If the caller says SPSS, Stata or parquet, and the file is kept in another way.
    """
    if dialect != "auto":
        if dialect in _DIALECT_OF_KIND.values() and _DIALECT_OF_KIND.get(kind) != dialect:
            raise InputFileError("ingest.not_of_dialect", file=file, dialect=CONVENTIONS[dialect].title)
        params: dict[str, object] = {"program": _title(dialect)}
        return Recognised(CONVENTIONS[dialect], Change("ingest.dialect_given", 1, params, file, sheet))
    found = {name: _marks_found(part, headers) for name, part in CONVENTIONS.items() if part.marks}
    likely = {name: marks for name, marks in found.items() if len(marks) >= CONVENTIONS[name].needed}
    if likely:
        best = max(likely, key=lambda name: len(likely[name]))
        params = {"program": _title(best), "columns": likely[best]}
        return Recognised(CONVENTIONS[best], Change("ingest.dialect_found", 1, params, file, sheet))
    by_kind = _DIALECT_OF_KIND.get(kind)
    if by_kind is not None:
        params = {"program": _title(by_kind)}
        return Recognised(CONVENTIONS[by_kind], Change("ingest.dialect_of_kind", 1, params, file, sheet))
    return Recognised(CONVENTIONS["excel"], Change("ingest.dialect_none", 1, {}, file, sheet))


def check_dialect(dialect: str) -> None:
    """Refuse the name of a dialect that does not exist.

    Raises
    ------
    ArgumentError
        With the names that do.
    """
    if dialect not in DIALECTS:
        known: list[str] = list(DIALECTS)
        raise ArgumentError(
            "ingest.unknown_dialect", dialect=dialect, known=known, nearest=nearest(dialect, known) or known[0]
        )


def _marks_found(conventions: Conventions, headers: Sequence[str]) -> list[str]:
    if conventions.dialect == "google":
        # A column of this name further right may be anybody's question.
        return [text for text in headers[:1] if fold_header(text) in map(fold_header, conventions.marks)]
    if conventions.answer_codes:
        marks = {fold_header(mark) for mark in conventions.marks}
        return [text for text in headers if fold_header(text.partition(". ")[0]) in marks]
    return [text for text in headers if text in conventions.marks]


def _title(dialect: Dialect) -> str | Text:
    return Text("ingest.by_hand") if dialect == "excel" else CONVENTIONS[dialect].title
