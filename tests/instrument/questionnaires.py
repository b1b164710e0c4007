"""A small questionnaire as text, for tests to spoil one line of."""

from __future__ import annotations

from pathlib import Path

from kadsurvey.instrument.load import load_instrument
from kadsurvey.instrument.model import Instrument

SMALL = """\
format: 1
name: small
version: "1"
scales:
  agree3:
    codes: [1, 2, 3]
    labels:
      1: {id: [Tidak], en: [No]}
      2: {id: [Mungkin], en: [Maybe]}
      3: {id: [Ya], en: [Yes]}
    missing:
      - {code: 8, labels: {id: [Entah], en: [Unsure]}}
constructs:
  trust:
    items:
      T1: {scale: agree3, text: {id: Satu, en: One}}
      T2: {scale: agree3, text: {id: Dua, en: Two}}
      T3: {scale: agree3, text: {id: Tiga, en: Three}}
      T4: {scale: agree3, text: {id: Empat, en: Four}, reverse: yes}
fields:
  number: {role: id}
  body: {role: body, aliases: [lembaga]}
  group: {role: group, values: {official: [Pejabat], ngo: [LSM]}}
bodies:
  body: {type: code, role: id}
"""


def write(folder: Path, *swaps: tuple[str, str], name: str = "small.yaml") -> Path:
    """Write the small questionnaire with pieces of its text swapped; each piece must be there."""
    text = SMALL
    for old, new in swaps:
        assert old in text
        text = text.replace(old, new)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def spoiled(folder: Path, *swaps: tuple[str, str]) -> Instrument:
    """Load the small questionnaire with pieces of its text swapped."""
    return load_instrument(write(folder, *swaps))


def line_with(text: str) -> int:
    """Return the line of the small questionnaire on which a text stands first."""
    return next(number for number, line in enumerate(SMALL.splitlines(), start=1) if text in line)
