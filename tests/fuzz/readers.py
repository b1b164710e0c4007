"""Every reader of a file that a user gives, with whole files of its kind to begin from."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kadsurvey._resources import bundled
from kadsurvey.findings import Finding
from tests.fuzz.mutation import Kind
from tests.fuzz.tables import Table, delimited, file_of, kept_tables

_TESTS = Path(__file__).parents[1]
_FIXTURES = _TESTS / "reference" / "fixtures"

Read = Callable[[Path], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Reader:
    """A reader.

    Attributes
    ----------
    file : str
        What its file is called.
    kind : {"bytes", "zip", "text"}
        What its file is made of.
    read : callable
        Reads a file and returns what is odd in it; refuses it with a KadsurveyError.
    whole : callable
        Returns whole files: those of programs and of the bundled study, and tables of hypothesis.
    """

    file: str
    kind: Kind
    read: Read
    whole: Callable[[], list[bytes]]


def _responses(path: Path) -> Iterable[Finding]:
    from kadsurvey.ingest.responses import read_responses
    from kadsurvey.instrument.load import load_instrument

    return read_responses([path], load_instrument(_TESTS / "ingest" / "kobo.yaml")).findings


def _bodies(path: Path) -> Iterable[Finding]:
    from kadsurvey.ingest.bodies import read_bodies
    from kadsurvey.instrument.load import load_instrument

    return read_bodies(path, load_instrument("kad")).findings


def _ties(path: Path) -> Iterable[Finding]:
    from kadsurvey.ingest.ties import read_ties

    return read_ties(path).findings


def _roster(path: Path) -> Iterable[Finding]:
    from kadsurvey.ingest.ties import read_ties

    ties = path.with_name("roster-ties.csv")
    ties.write_bytes(_TIES)
    return read_ties(ties, path).findings


def _register(path: Path) -> Iterable[Finding]:
    from kadsurvey.ingest.register import read_register

    return read_register(path).findings


def _mapping(path: Path) -> Iterable[Finding]:
    from kadsurvey.ingest.mapping import read_mapping

    read_mapping(path)
    return ()


def _deflator(path: Path) -> Iterable[Finding]:
    from kadsurvey.ingest.deflator import read_deflator

    read_deflator(path)
    return ()


def _scores(path: Path) -> Iterable[Finding]:
    from kadsurvey.ingest.scores_file import read_scores

    read_scores(path)
    return ()


def _model(path: Path) -> Iterable[Finding]:
    import pandas as pd

    from kadsurvey.measurement.model_file import read_model

    model = read_model(path)
    model.scores(pd.DataFrame({item: [1.0, 2.0, 3.0, float("nan")] for item in model.items}))
    return ()


def _instrument(path: Path) -> Iterable[Finding]:
    from kadsurvey.instrument.check import check_instrument
    from kadsurvey.instrument.load import load_instrument

    return check_instrument(load_instrument(path))


def _truth(path: Path) -> Iterable[Finding]:
    from kadsurvey.simulation.truth import load_truth

    load_truth(path)
    return ()


def _study(path: Path) -> Iterable[Finding]:
    from kadsurvey.settings import read_settings

    read_settings(path.parent, required=True)
    return ()


def _xlsform(path: Path) -> Iterable[Finding]:
    from kadsurvey.instrument.forms.import_form import import_xlsform

    form = import_xlsform(path)
    form.yaml()
    return form.findings


def _template(path: Path) -> Iterable[Finding]:
    from kadsurvey.report.document import Document
    from kadsurvey.report.writers.docx import write_docx

    write_docx(Document("t", (), (), ()), path.with_name("out.docx"), lang="en", pictures={}, template=path)
    return ()


def _manifest(path: Path) -> Iterable[Finding]:
    from kadsurvey.report.writers.folder import write_files

    write_files(path.parent, {"own.txt": lambda place: place.write_text("own") and None}, force=True)
    return ()


def _key(path: Path) -> Iterable[Finding]:
    from kadsurvey.ingest.privacy import pseudonym_key

    pseudonym_key(path)
    return ()


_TIES = b"body,from,to,relation,strength\r\na,Dinas A,LSM B,contact,3\r\na,LSM B,Dinas A,contact,0\r\nb,X,Y,data,4\r\n"
_MATRIX: Table = [[None, "Dinas A", "LSM B", "Bappeda"], ["Dinas A", None, 2.0, 0.0], ["LSM B", 1.0, None, 4.0]]
_ROSTER = (
    b"organisation,body,group,level,responded\r\n"
    b"Dinas A,a,official,region,ya\r\nLSM B,a,ngo,,tidak\r\nX,b,,province,\r\n"
)
_MAPPING: Table = [
    ["kind", "as_written", "meant", "accept", "column", "cell"],
    ["body", "Kartamantull", "Kartamantul", "yes", None, None],
    ["cell", "1.250", 1250.0, "yes", "cost_planned", "C5"],
    ["code", "STS", "1", "no", "T1", None],
]
_DEFLATOR: Table = [["Tahun", "Indeks"], [2022.0, 97.5], [2023.0, 100.0], ["2024", "105,5"]]
_SCORES = (
    b"respondent_id,source_row,body,member,group,trust_z,trust_se,trust_100,trust_mean100,trust_items\n"
    b"0a1b2c,officials.xlsx:2,a,Bantul,official,0.25,0.4,61.2,60,6\n9f8e7d,officials.xlsx:3,b,'=X,ngo,,,,,0\n"
)
_MODEL = {
    "format": "kadsurvey.model/1",
    "instrument": {"name": "kad", "version": "1.0", "sha256": "0" * 64},
    "estimator": "WLSMV",
    "correlation": "polychoric",
    "n_obs": 300,
    "items": [
        {"item": item, "construct": construct, "loading": 0.7, "thresholds": [-1.0, 0.25], "codes": [1, 2, 3],
         "reversed": item == "T2"}
        for item, construct in (("T1", "trust"), ("T2", "trust"), ("N1", "norm"), ("N2", "norm"))
    ],
    "blocks": [["trust", "norm"]],
    "phi": {"constructs": ["trust", "norm"], "values": [[1.0, 0.4], [0.4, 1.0]]},
    "seed": 1,
    "versions": {},
}  # fmt: skip


def _tables(kind: str, names: Sequence[str]) -> Callable[[], list[bytes]]:
    """Return fixtures of a kind and hypothesis' tables in it."""

    def whole() -> list[bytes]:
        drawn = [file for table in kept_tables() if (file := file_of(table, kind)) is not None]
        # Files of programs are few, and begin as many changed files as those of hypothesis.
        programs = [(_FIXTURES / name).read_bytes() for name in names]
        return [*(programs[at % len(programs)] for at in range(len(drawn) if programs else 0)), *drawn]

    return whole


def _both(table: Table) -> Callable[[], list[bytes]]:
    """Return a table as csv and as a workbook."""
    return lambda: [file for kind in ("csv", "xlsx") if (file := file_of(table, kind)) is not None]


def _bodies_whole() -> list[bytes]:
    header: list[str | float | None] = [
        "body",
        "year",
        "province",
        "service",
        "cost_planned",
        "cost_realised",
        "output",
    ]
    rows: Table = [
        header,
        ["Kartamantul", 2023.0, "DIY", "waste", "Rp1.250.000,00", 900000.0, "12,5"],
        ["Barlingmascakeb", "2024", "Jawa Tengah", None, "1.250", "=1+1", "85%"],
    ]
    return [*_both(rows)(), (bundled("sample_data") / "bodies.xlsx").read_bytes()]


def _form_whole() -> list[bytes]:
    from kadsurvey.instrument.forms.export import form_files
    from kadsurvey.instrument.load import load_instrument

    with tempfile.TemporaryDirectory() as folder:
        found = [(_FIXTURES / "form_xlsform.xlsx").read_bytes()]
        for name, write in form_files(load_instrument("kad-short"), "xlsform").items():
            write(Path(folder) / name)
            found.append((Path(folder) / name).read_bytes())
        return found


def _template_whole() -> list[bytes]:
    from docx import Document

    content = io.BytesIO()
    Document().save(content)
    return [content.getvalue()]


def _zip_whole() -> list[bytes]:
    nested = io.BytesIO()
    with zipfile.ZipFile(nested, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.zip", (_FIXTURES / "odk_central.csv.zip").read_bytes())
        archive.writestr("form.csv", delimited(kept_tables()[0]))
    return [*_tables("zip", ["odk_central.csv.zip"])(), nested.getvalue()]


def _yaml(*paths: Path) -> Callable[[], list[bytes]]:
    return lambda: [path.read_bytes() for path in paths]


_KOBO_CSV = ("kobo_names_groups.csv", "kobo_labels_id_details.csv", "google_forms_id.csv", "limesurvey_codes.csv")
_INSTRUMENTS = (bundled("instruments") / "kad-short.yaml", _TESTS / "ingest" / "kobo.yaml")

READERS: Mapping[str, Reader] = {
    "csv": Reader("a.csv", "text", _responses, _tables("csv", _KOBO_CSV)),
    "tsv": Reader("a.tsv", "text", _responses, _tables("tsv", ())),
    "xlsx": Reader("a.xlsx", "zip", _responses, _tables("xlsx", ("excel_by_hand.xlsx", "kobo_names.xlsx"))),
    "xls": Reader("a.xls", "bytes", _responses, _tables("xls", ("excel_by_hand.xls", "kobo_labels_id.xls"))),
    "ods": Reader("a.ods", "zip", _responses, _tables("ods", ("excel_by_hand.ods", "kobo_labels_id.ods"))),
    "sav": Reader("a.sav", "bytes", _responses, _tables("sav", ("spss.sav",))),
    "dta": Reader("a.dta", "bytes", _responses, _tables("dta", ("stata.dta",))),
    "parquet": Reader("a.parquet", "bytes", _responses, _tables("parquet", ())),
    "zip": Reader("a.zip", "zip", _responses, _zip_whole),
    "bodies": Reader("bodies.xlsx", "zip", _bodies, _bodies_whole),
    "ties": Reader("ties.csv", "text", _ties, lambda: [_TIES, *_both(_MATRIX)()]),
    "roster": Reader("nodes.csv", "text", _roster, lambda: [_ROSTER]),
    "register": Reader("register.csv", "text", _register, _yaml(bundled("sample_data") / "register.csv")),
    "mapping": Reader("mapping.xlsx", "zip", _mapping, _both(_MAPPING)),
    "deflator": Reader("index.csv", "text", _deflator, _both(_DEFLATOR)),
    "scores.csv": Reader("scores.csv", "text", _scores, lambda: [_SCORES]),
    "model.json": Reader("model.json", "text", _model, lambda: [json.dumps(_MODEL, indent=1).encode()]),
    "instrument": Reader("own.yaml", "text", _instrument, _yaml(*_INSTRUMENTS)),
    "truth": Reader("truth.yaml", "text", _truth, _yaml(bundled("sample_data") / "truth.yaml")),
    "study.toml": Reader("study.toml", "text", _study, _yaml(bundled("sample_data") / "study.toml")),
    "XLSForm": Reader("form.xlsx", "zip", _xlsform, _form_whole),
    "template": Reader("template.docx", "zip", _template, _template_whole),
    "manifest": Reader("manifest.json", "text", _manifest, lambda: [b'{"report": {}, "files": {"own.txt": "00"}}']),
    "key": Reader("pseudonyms.key", "text", _key, lambda: [b"0123456789abcdef" * 4 + b"\n"]),
}
"""Every reader by its name."""


@cache
def whole_files(reader: str) -> tuple[bytes, ...]:
    """Return the files that a reader's changes begin from."""
    return tuple(READERS[reader].whole())
