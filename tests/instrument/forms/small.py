"""Instruments for the tests of forms: one with everything that a form can show, and answers put into a Kobo export."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kadsurvey.instrument.forms.xlsform import XlsForm
from kadsurvey.instrument.load import load_instrument
from kadsurvey.instrument.model import Instrument
from kadsurvey.language.text import Language

ODD = """\
format: 1
name: odd-one
version: "2"
title: {id: Survei uji}
scales:
  often4:
    codes: [0, 1, 2, 3]
    labels:
      0: {id: [Tidak pernah]}
      3: {id: [Selalu]}
  agree3:
    codes: [1, 2, 3]
    labels:
      1: {id: [Tidak setuju, TS], en: [Disagree]}
      2: {id: [Netral], en: [Neutral]}
      3: {id: [Setuju], en: [Agree]}
    missing:
      - labels: {id: [Tidak tahu, TT], en: [Don't know]}
      - {code: 9, kind: no_answer, labels: {id: [Tidak menjawab], en: [No answer]}}
constructs:
  trust:
    label: {id: Kepercayaan}
    items:
      T1: {scale: agree3, text: {id: Satu, en: One}}
      T2: {scale: often4, text: {id: Dua}}
      T3: {scale: agree3, reverse: yes, text: {id: Tiga, en: Three}, text_ngo: {id: Tiga LSM}, aliases: [tiga]}
  cost:
    role: outcome
    kind: formative
    items:
      C1: {scale: often4, source: "An idea: 1995"}
fields:
  "No. responden": {role: id, aliases: [no_responden]}
  body: {role: body, values: {"KAD Alfa": [Alfa], b: [Bravo, KAD B]}, labels: {b: {id: KAD B, en: Bravo}}}
  kelompok: {role: group, values: {official: [Pejabat], ngo: [LSM]}}
  trust: {role: covariate, type: number, label: {id: Percaya diri}}
  tanggal: {role: time, type: date, label: {id: Tanggal wawancara}}
  catatan: {role: text}
  nama: {role: personal}
bodies:
  body: {type: code, role: id}
overlaps:
  - {items: [T1, C1]}
"""


def odd_instrument(folder: Path) -> Instrument:
    """Load the instrument whose parts are all unusual: gaps in labels, one language, names that no form takes."""
    path = folder / "odd.yaml"
    path.write_text(ODD, encoding="utf-8")
    return load_instrument(path)


def kobo_export(
    form: XlsForm, answers: Sequence[dict[str, str]], path: Path, *, labels: Language | None = None, groups: bool = True
) -> Path:
    """Write answers as KoboToolbox exports them: names, or labels of one language, under the names of groups.

    Each answer maps a question to the name of the choice, or to what was typed.
    """
    headers: list[tuple[str, str, str]] = []
    around: list[str] = []
    for row in form.survey:
        kind, name = row.get("type"), row.get("name")
        title = row.get(f"label:{labels}") if labels else name
        if kind == "begin_repeat":
            break
        if kind == "begin_group":
            around.append(title)
        elif kind == "end_group":
            around.pop()
        elif kind != "note":
            headers.append(("/".join([*around, title or name] if groups else [title or name]), name, kind))
    shown = {
        (row.get("list_name"), row.get("name")): row.get(f"label:{labels}") if labels else row.get("name")
        for row in form.choices
    }
    lines = [[header for header, _, _ in headers] + ["_uuid"]]
    for number, answer in enumerate(answers):
        cells = [
            shown.get((kind.partition(" ")[2], answer.get(name, "")), answer.get(name, "")) for _, name, kind in headers
        ]
        lines.append([*cells, f"uuid-{number}"])
    quoted = (";".join('"' + cell.replace('"', '""') + '"' for cell in line) for line in lines)
    path.write_text("\n".join(quoted) + "\n", encoding="utf-8")
    return path
