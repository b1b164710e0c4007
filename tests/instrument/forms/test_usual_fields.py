"""Fields by their usual names."""

from __future__ import annotations

import pytest

from kadsurvey.instrument.forms.usual_fields import server_id, usual_field


@pytest.mark.parametrize(
    ("wordings", "role"),
    [
        (("lembaga",), "body"), (("q1", "Kabupaten/Kota"), "member"), (("nama",), "personal"), (("no_hp",), "personal"),
        (("jk",), "covariate"), (("catatan",), "text"), (("no_responden",), "id"), (("waktu_mulai",), "time"),
    ],
)  # fmt: skip
def test_usual_names(wordings: tuple[str, ...], role: str) -> None:
    found = usual_field(wordings)
    assert found is not None
    assert found.role == role


def test_unusual_names_are_not_guessed() -> None:
    assert usual_field(("golongan_darah", "Golongan darah")) is None


def test_a_group_needs_a_usual_group_among_its_choices() -> None:
    assert usual_field(("status", "Status perkawinan"), ["Kawin", "Belum kawin"]) is None
    found = usual_field(("status",), ["pjb", "Pejabat daerah"])
    assert found is not None
    assert found.meanings["pejabat daerah"] == "official"


def test_the_server_names_submissions() -> None:
    name, aliases = server_id()
    assert name == "respondent_id"
    assert aliases[:3] == ["rootUuid", "meta/rootUuid", "_uuid"]
