"""How fast are files read and coded? ``python -m benchmarks.reading`` prints the tables.

A workbook is read by kadsurvey and by python-calamine alone in turn, in one process: what lies between the two is the
search for formulas, the recognition of headers, coding, reversal and the log. Speed counts only for right answers, so
every answer read is compared with the one that was written. ``--one ROWS`` measures one size of a parquet file and
prints it as JSON; the program calls itself so, as a process's peak memory never falls.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
from numpy.typing import NDArray

from kadsurvey import read_responses
from kadsurvey.instrument.model import Instrument

Codes = NDArray[np.int64]
Timer = tuple[float, float]

HERE = Path(__file__).resolve().parent
ROWS, COLUMNS = 50_000, 60
FIELDS = ("_uuid", "lembaga", "daerah", "kelompok")
KINDS = ("codes as numbers", "codes as text", "labels")
LABELS = ("Sangat tidak setuju", "Tidak setuju", "Ragu-ragu", "Setuju", "Sangat setuju")
AIM = 1.5
ROUNDS = 5
PARQUET_ROWS, PARQUET_ITEMS = (10_000, 100_000, 1_000_000), 15
SEED = 1

HEAD = f"""\
{ROWS:,} rows of {COLUMNS} columns ({COLUMNS - len(FIELDS)} five-point items, an identifier, body, member, group), written by openpyxl: answers
as numbers, as the text of numbers (so KoboToolbox writes codes), and as Indonesian labels. Seconds are medians of {ROUNDS}
rounds; in each, python-calamine reads the sheet to Python lists, then `read_responses` reads and codes it. The machine
was shared, so seconds by the clock depend on what else it did, and differ between the rounds; *CPU* counts the work of
all threads of the process (formulas are searched beside the reader) and hardly depends on others. Both ratios are held
against the aim."""  # noqa: E501 - as long as the numbers make it
PARQUET_HEAD = f"""\
`read_responses` on parquet files of {PARQUET_ITEMS} items as floating-point numbers (1% missing), an identifier, body
and group; each size in a fresh process. Peak memory in MB (10^6 bytes): before reading (the interpreter and the
libraries), and at the end. *Exponent* is b of time ~ size^b from the size before; at 1 ten times the rows take ten
times the time."""


@dataclass(frozen=True, slots=True)
class Growth:
    """Seconds and peak memory in bytes of reading one parquet file."""

    rows: int
    seconds: float
    cpu: float
    start: int
    peak: int


def main() -> None:
    """Print the tables, or one size of the parquet file."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reading")
    parser.add_argument("--one", type=int, metavar="ROWS", help="measure one size of a parquet file, print JSON")
    asked = parser.parse_args()
    print(json.dumps(asdict(measured(asked.one))) if asked.one else report())


def report() -> str:
    """Measure everything and return it as Markdown."""
    began, load = time.perf_counter(), os.getloadavg()[0]
    growth = [_in_fresh_process(rows) for rows in PARQUET_ROWS]
    with tempfile.TemporaryDirectory() as folder:
        rows = [beside_calamine(kind, Path(folder)) for kind in KINDS]
    versions = {name: version(name) for name in ("python-calamine", "pandas", "numpy", "pyarrow", "openpyxl")}
    named = ", ".join(f"{name} {number}" for name, number in versions.items())
    header = ["answers", "kadsurvey, s", "calamine, s", "ratio", "kadsurvey, CPU s", "calamine, CPU s", "CPU ratio"]
    parts = [
        "# Speed and memory of reading",
        f"Made by `python -m benchmarks.reading` in {time.perf_counter() - began:.0f} s with Python "
        f"{platform.python_version()}, {named}; {os.cpu_count()} cores, load {load:.1f} at the start.",
        f"## A workbook beside its bare reader\n\n{HEAD}",
        _table([*header, "aim", "reached"], rows, "lrrrrrrrl"),
        f"## A million rows of parquet\n\n{PARQUET_HEAD}",
        growth_table(growth),
    ]
    return "\n\n".join(parts)


def beside_calamine(kind: str, folder: Path) -> list[str]:
    """Time both readers on one workbook in turn; return the cells of the table."""
    from python_calamine import CalamineWorkbook

    codes = np.random.default_rng(SEED).integers(1, 6, (ROWS, COLUMNS - len(FIELDS)))
    path = folder / "answers.xlsx"
    _write_xlsx(path, codes, kind)
    questionnaire = _instrument(codes.shape[1])
    bare: list[Timer] = []
    ours: list[Timer] = []
    for _ in range(ROUNDS):
        bare.append(_timed(lambda: CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()))
        ours.append(_timed(lambda: read_responses(path, questionnaire)))
    _check(read_responses(path, questionnaire).items, codes)
    (wall, cpu), (other, other_cpu) = _medians(ours), _medians(bare)
    ratio, cpu_ratio = wall / other, cpu / other_cpu
    return [
        *(kind, f"{wall:.2f}", f"{other:.2f}", f"{ratio:.2f}", f"{cpu:.2f}", f"{other_cpu:.2f}", f"{cpu_ratio:.2f}"),
        *(f"at most {AIM}", "yes" if max(ratio, cpu_ratio) <= AIM else "no"),
    ]


def measured(rows: int) -> Growth:
    """Write and read one parquet file; the file is written by another process, whose memory does not count."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answers.parquet"
        code = f"from benchmarks.reading import write_parquet; write_parquet({str(path)!r}, {rows})"
        subprocess.run([sys.executable, "-c", code], check=True, cwd=HERE.parent)
        questionnaire = _instrument(PARQUET_ITEMS)
        start = _peak()
        began, cpu_began = time.perf_counter(), time.process_time()
        responses = read_responses(path, questionnaire)
        seconds, cpu = time.perf_counter() - began, time.process_time() - cpu_began
        peak = _peak()
        _check(responses.items, _parquet_codes(rows))
    return Growth(rows, seconds, cpu, start, peak)


def write_parquet(path: str, rows: int) -> None:
    """Write answers as a statistics program keeps them: numbers with gaps."""
    frame = pd.DataFrame(_parquet_codes(rows), columns=_names(PARQUET_ITEMS))
    frame.insert(0, "_uuid", [f"{number:032x}" for number in range(rows)])
    frame.insert(1, "lembaga", [f"KAD {number % 24 + 1}" for number in range(rows)])
    frame.insert(2, "kelompok", np.where(np.arange(rows) % 2, "Anggota LSM", "Pejabat daerah"))
    frame.to_parquet(path)


def growth_table(growth: Sequence[Growth]) -> str:
    """Return seconds, exponents and peak memory by size."""
    exponents = [""] + [
        f"{np.log(large.seconds / small.seconds) / np.log(large.rows / small.rows):.1f}"
        for small, large in pairwise(growth)
    ]
    rows = [
        [
            *(f"{size.rows:,}", f"{size.seconds:.2f}", exponent, f"{size.cpu:.2f}"),
            *(f"{size.start / 1e6:,.0f}", f"{size.peak / 1e6:,.0f}"),
        ]
        for size, exponent in zip(growth, exponents, strict=True)
    ]
    return _table(["rows", "s", "exponent", "CPU s", "start, MB", "peak, MB"], rows, "rrrrrr")


def _write_xlsx(path: Path, codes: Codes, kind: str) -> None:
    answers: NDArray[np.object_] = codes.astype(object)
    if kind != "codes as numbers":
        answers = np.array(LABELS if kind == "labels" else list("12345"), dtype=object)[codes - 1]
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Respon")
    sheet.append([*FIELDS, *_names(codes.shape[1])])
    for row, given in enumerate(answers.tolist()):
        group = ("Pejabat daerah", "Anggota LSM")[row % 2]
        sheet.append([f"{row:032x}", f"KAD {row % 24 + 1}", f"Daerah {row % 97 + 1}", group, *given])
    book.save(path)


def _parquet_codes(rows: int) -> NDArray[np.float64]:
    rng = np.random.default_rng(SEED)
    codes = rng.integers(1, 6, (rows, PARQUET_ITEMS)).astype(float)
    codes[rng.random(codes.shape) < 0.01] = np.nan
    return codes


def _instrument(items: int) -> Instrument:
    labels = {code: {"id": (label,)} for code, label in enumerate(LABELS, start=1)}
    return Instrument.model_validate(
        {
            "format": 1,
            "name": "wide",
            "version": "1",
            "scales": {"agree5": {"codes": (1, 2, 3, 4, 5), "labels": labels}},
            "constructs": {"all": {"items": {name: {"scale": "agree5"} for name in _names(items)}}},
            "fields": {
                "nomor": {"role": "id", "aliases": ("_uuid",)},
                "lembaga": {"role": "body"},
                "daerah": {"role": "member"},
                "kelompok": {
                    "role": "group",
                    "values": {"official": ("Pejabat daerah",), "ngo": ("Anggota LSM",)},
                },
            },
        }
    )


def _names(items: int) -> list[str]:
    return [f"Q{number}" for number in range(1, items + 1)]


def _check(read: pd.DataFrame, written: NDArray[np.float64] | Codes) -> None:
    if not np.array_equal(read.to_numpy(), written.astype(float), equal_nan=True):
        raise SystemExit("The answers read are not the answers written.")


def _timed(call: Callable[[], object]) -> Timer:
    began, cpu_began = time.perf_counter(), time.process_time()
    call()
    return time.perf_counter() - began, time.process_time() - cpu_began


def _medians(times: Sequence[Timer]) -> Timer:
    wall, cpu = zip(*times, strict=True)
    return float(np.median(wall)), float(np.median(cpu))


def _in_fresh_process(rows: int) -> Growth:
    command = [sys.executable, "-m", "benchmarks.reading", "--one", str(rows)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, cwd=HERE.parent)
    return Growth(**json.loads(ran.stdout))


def _peak() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _table(header: Sequence[str], rows: Sequence[Sequence[str]], sides: str) -> str:
    rule = ["---:" if side == "r" else "---" for side in sides]
    return "\n".join("| " + " | ".join(row) + " |" for row in [header, rule, *rows])


if __name__ == "__main__":
    main()
