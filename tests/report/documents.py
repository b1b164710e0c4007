"""A small report with everything that a writer must be able to show, and with data that look like markup."""

from __future__ import annotations

import struct
import zlib

from kadsurvey.language.text import Language
from kadsurvey.report.document import Document, Figure, Part, Picture, Pictures, Prose
from kadsurvey.report.references import Reference
from kadsurvey.report.table import Column, Row, Table

MARKUP = "<script>alert('1')</script> & *Bold* | [x](y) `c` _d_ #e \\f $g$ ~h~ a_b &amp;"
FORMULA = '=HYPERLINK("http://x", 1)'

RELIABILITY = Table(
    "reliability",
    {"en": "Reliability of the indices", "id": "Reliabilitas indeks"},
    (
        Column("label", {"en": "construct", "id": "konstruk"}),
        Column("n", "n", "integer"),
        Column("alpha", "alpha", "bounded"),
        Column("low", {"en": "low", "id": "bawah"}, "bounded", spanner="95% CI"),
        Column("high", {"en": "high", "id": "atas"}, "bounded", spanner="95% CI"),
        Column("p", "p", "p_value"),
        Column("verdict", {"en": "alpha ≥ 0.70", "id": "alpha ≥ 0,70"}),
    ),
    (
        Row({"label": "Trust", "n": 1250, "alpha": 0.84, "low": 0.81, "high": 0.87, "p": 0.0001, "verdict": "yes"}),
        Row({"label": MARKUP, "n": 20, "alpha": -0.123, "low": None, "high": float("nan"), "p": 0.5, "verdict": "no"}),
        Row(
            {"label": FORMULA, "n": 300, "alpha": 0.9, "low": 0.88, "high": 0.92, "p": 0.0421, "verdict": None},
            strong=True,
            marked=frozenset({"alpha"}),
        ),
    ),
    ("Cut-off: 0.70 (Nunnally & Bernstein 1994).", MARKUP),
)

LOADINGS = Table(
    "loadings",
    {"en": "Factor loadings", "id": "Muatan faktor"},
    (
        Column("key", {"en": "item", "id": "butir"}),
        Column("trust", "Trust", "bounded", heat=(-1, 1)),
        Column("norm", "Norm", "bounded", heat=(-1, 1)),
        Column("share", {"en": "missing", "id": "kosong"}, "share", 1),
    ),
    (
        Row({"key": "T2", "trust": 0.4, "norm": 0.05, "share": 0.125}, group="Trust"),
        Row({"key": "T10", "trust": 0.99, "norm": -0.98, "share": 0.0}, group="Trust"),
        Row({"key": "T1", "trust": 0.7, "norm": None, "share": 0.02}, group="Trust", marked=frozenset({"trust"})),
        Row(
            {"key": "N2", "trust": 0.1, "norm": 0.6, "share": 0.01},
            group={"en": "Norm | rules", "id": "Norma | aturan"},
        ),
        Row(
            {"key": "N1", "trust": 0.2, "norm": 0.3, "share": 0.5}, group={"en": "Norm | rules", "id": "Norma | aturan"}
        ),
        Row({"key": "all", "trust": 0.5, "norm": 0.5, "share": 0.1}, strong=True),
    ),
)

REGRESSION = Table(
    "regression",
    {"en": "Cost efficiency: two models", "id": "Efisiensi biaya: dua model"},
    (
        Column("term", ""),
        *(
            Column(f"{key}_{model}", key, "number", 3, spanner={"en": f"Model {model}", "id": f"Model {model}"})
            for model in (1, 2)
            for key in ("B", "beta")
        ),
        Column("remark", {"en": "remark", "id": "keterangan"}),
    ),
    (
        Row({"term": "intercept", "B_1": 0.181, "B_2": 0.2, "remark": ""}),
        Row({"term": "", "B_1": 0.0194, "B_2": 0.021, "remark": ""}, kind="std_error"),
        Row(
            {"term": "trust", "B_1": 0.25, "beta_1": 0.8, "B_2": 12345.678, "beta_2": 0.7, "remark": "a word\nand more"}
        ),
        Row({"term": "", "B_1": 0.098, "B_2": 0.1, "remark": ""}, kind="std_error"),
        Row({"term": "norm", "B_1": -0.074, "beta_1": -0.2, "remark": "long words " * 8}),
        Row({"term": "", "B_1": 0.056, "remark": ""}, kind="std_error"),
        Row({"term": "n", "B_1": 24, "B_2": 24, "remark": ""}, group={"en": "fit", "id": "kecocokan"}, kind="integer"),
    ),
    ({"en": "SE in brackets: HC2.", "id": "Galat baku dalam kurung: HC2."},),
)

_BARS = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:cc="urn:x"
 width="432pt" height="216pt" viewBox="0 0 432 216" version="1.1"><metadata><cc:Work/></metadata><!-- bars -->
<defs><style type="text/css">*{{stroke-linejoin: round}} #bar, .grid {{stroke: #888}}</style>
<clipPath id="clip"><rect x="40" y="10" width="380" height="180"/></clipPath><path id="mark" d="M0 0h6v6z"/></defs>
<g id="axes" clip-path="url(#clip)"><g id="bar"><title>Trust: {value}</title><rect x="40" y="40" width="240" height="30"
 fill="#0072b2"/></g><rect x="40" y="90" width="180" height="30" fill="#d55e00"><title>A &lt; B</title></rect></g>
<use xlink:href="#mark" x="280" y="50" style="clip-path: url('#clip')"/>
<text x="40" y="205" font-size="12" onclick="alert(1)">{words} <tspan font-weight="bold">0-100</tspan></text>
<script>alert(1)</script></svg>"""


def _picture(lang: Language) -> Picture:
    value, words = ("63.2", "index") if lang == "en" else ("63,2", "indeks")
    return Picture(_BARS.format(value=value, words=words), _PNG, 6.0, 3.0)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


# A grey square of one dot.
_PNG = (
    b"\x89PNG\r\n\x1a\n"
    + _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + _chunk(b"IDAT", zlib.compress(b"\0\x80"))
    + _chunk(b"IEND", b"")
)


def figure(key: str) -> Figure:
    return Figure(
        key,
        {"en": f"Indices of the bodies: {key}", "id": f"Indeks per lembaga: {key}"},
        {"en": 'Two bars: "Trust" 63.2, <Norm> 48.1.', "id": 'Dua batang: "Kepercayaan" 63,2, <Norma> 48,1.'},
        ({"en": "n = 729; 24 bodies.", "id": "n = 729; 24 lembaga."},),
        _picture,
    )


DOCUMENT = Document(
    title={"en": "Social capital & cooperation <2024>", "id": "Modal sosial & kerja sama <2024>"},
    lines=({"en": "The data are invented.", "id": "Datanya rekaan."}, "1. kadsurvey"),
    parts=(
        Part(
            "quality",
            {"en": "Reliability of the questionnaire", "id": "Reliabilitas kuesioner"},
            (
                Prose(
                    ({"en": "Three indices are reliable.", "id": "Tiga indeks reliabel."}, MARKUP),
                    refers=("reliability", "bars"),
                    cites=("putnam1993",),
                ),
                RELIABILITY,
                figure("bars"),
                LOADINGS,
            ),
        ),
        Part(
            "network",
            {"en": "Networks", "id": "Jejaring"},
            absent={"en": "no ties were given (--ties).", "id": "data jejaring tidak diberikan (--ties)."},
        ),
        Part(
            "outcomes",
            {"en": "Trust and cost efficiency", "id": "Kepercayaan dan efisiensi biaya"},
            (Prose(("# A slope is not a cause.",)), figure("slopes"), REGRESSION),
        ),
    ),
    references=(
        Reference(
            "putnam1993",
            "book",
            {
                "author": "Putnam, R. D.",
                "year": "1993",
                "title": "Making democracy work <&>",
                "publisher": "Princeton University Press",
            },
        ),
    ),
)


def pictures(document: Document, lang: Language) -> Pictures:
    """Draw the figures of a document."""
    return {figure.key: figure.draw(lang) for figure in document.figures()}
