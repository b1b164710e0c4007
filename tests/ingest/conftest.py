"""A small questionnaire, and a way from a Markdown table to responses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kadsurvey.ingest.responses import Responses, read_responses
from kadsurvey.instrument.model import Instrument
from tests.workbooks import write_xlsx


@pytest.fixture(scope="session")
def instrument() -> Instrument:
    """Trust with one reversed item, norm, and a marker that may be left out."""
    return Instrument.model_validate(
        {
            "format": 1,
            "name": "small",
            "version": "1",
            "scales": {
                "agree5": {
                    "codes": (1, 2, 3, 4, 5),
                    "labels": {
                        1: {"id": ("Sangat tidak setuju", "STS"), "en": ("Strongly disagree",)},
                        2: {"id": ("Tidak setuju", "TS"), "en": ("Disagree",)},
                        3: {"id": ("Netral", "Ragu-ragu", "N"), "en": ("Neutral",)},
                        4: {"id": ("Setuju", "S"), "en": ("Agree",)},
                        5: {"id": ("Sangat setuju", "SS"), "en": ("Strongly agree",)},
                    },
                    "missing": (
                        {"code": 8, "labels": {"id": ("Tidak tahu", "TT"), "en": ("Don't know",)}, "kind": "dont_know"},
                        {"code": 99, "labels": {"id": ("-",)}, "kind": "no_answer"},
                    ),
                }
            },
            "constructs": {
                "trust": {
                    "items": {
                        "T1": {"scale": "agree5", "text": {"id": "Mitra jujur", "en": "Partners are honest"}},
                        "T2": {"scale": "agree5", "aliases": ("T2_mitra_jujur",), "text_ngo": {"id": "Daerah jujur"}},
                        "T3": {"scale": "agree5", "reverse": True, "text": {"id": "Mitra curang bila/kalau bisa"}},
                    }
                },
                "norm": {"items": {"N1": {"scale": "agree5"}}},
                "marker": {"role": "marker", "items": {"M1": {"scale": "agree5"}, "M2": {"scale": "agree5"}}},
            },
            "fields": {
                "nomor": {"role": "id", "aliases": ("_uuid",)},
                "lembaga": {"role": "body", "label": {"id": "Lembaga kerja sama"}},
                "daerah": {"role": "member"},
                "status": {
                    "role": "group",
                    "values": {"official": ("Pejabat daerah", "ASN"), "ngo": ("LSM",)},
                },
                "lama": {"role": "covariate", "type": "number"},
                "jabatan": {"role": "covariate", "type": "category"},
                "start": {"role": "time"},
                "nama_lengkap": {"role": "personal"},
                "catatan": {"role": "text"},
            },
            "bodies": {
                "body": {"type": "code", "role": "id"},
                "name": {"type": "text"},
                "year": {"type": "year", "aliases": ("tahun",)},
                "region_code": {"type": "code", "aliases": ("kode wilayah",)},
                "cost": {"type": "money", "role": "input"},
                "saving": {"type": "number", "role": "outcome"},
                "coverage": {"type": "share"},
                "disputes": {"type": "count"},
                "mandatory": {"type": "flag"},
                "signed": {"type": "date"},
                "secretariat": {"type": "category", "values": {"none": ("Tidak ada",), "joint": ("Bersama",)}},
            },
        }
    )


Read = Callable[..., Responses]


@pytest.fixture
def read(tmp_path: Path, instrument: Instrument) -> Read:
    """Write a Markdown table as an xlsx file and read it."""

    def read_table(markdown: str, **options: object) -> Responses:
        path = write_xlsx(tmp_path / "answers.xlsx", {"Respon": markdown})
        return read_responses(path, instrument, **options)  # type: ignore[arg-type]

    return read_table
