"""Text that a writer must not take for anything but text, and what other programs make of a file."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import replace
from pathlib import Path

from kadsurvey.report.document import Document
from kadsurvey.report.table import Column, Row, Table
from tests.report.documents import DOCUMENT

CONTROL = "a\x00b\x07c\ud800d"
SHOWN = "a�b�c�d"
TEX = r"\input{x} 100% $x_1^2$ & #1 ~ {} é ≥ 0,70 α – 中 -- ]] ``"

TABLE = Table(
    "hostile",
    CONTROL,
    (Column("text", CONTROL), Column("tex", TEX, spanner=TEX), Column("x", "x", "number", spanner=TEX)),
    (Row({"text": CONTROL, "tex": TEX, "x": 1.5}, group=TEX), Row({"text": "[1] </w:t>", "tex": "", "x": -2.25})),
    (CONTROL, TEX),
)
HOSTILE = replace(DOCUMENT, title=TEX, lines=(CONTROL,), parts=(replace(DOCUMENT.parts[0], blocks=(TABLE,)),))


def converted(path: Path, folder: Path) -> str:
    """Return the text of the PDF that LibreOffice makes of a file."""
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", folder, path],
        check=True, capture_output=True, timeout=180, env={**os.environ, "SAL_USE_VCLPLUGIN": "svp"},
    )  # fmt: skip
    return pdf_text(folder / f"{path.stem}.pdf")


def pdf_text(path: Path) -> str:
    done = subprocess.run(["pdftotext", "-layout", path, "-"], check=True, capture_output=True, timeout=60)
    return done.stdout.decode("utf-8")


def numbers(document: Document, texts) -> set[str]:
    """Return what stands in the number cells of a document: at least one digit each."""
    cells = {texts(row, column) for table in document.tables() for row in table.rows for column in table.columns
             if column.kind != "text"}  # fmt: skip
    return {cell for cell in cells if re.search(r"\d", cell)}
