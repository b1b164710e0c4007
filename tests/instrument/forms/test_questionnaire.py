"""What a group is asked, in whose words and in which order."""

from __future__ import annotations

from pathlib import Path

import pytest

from kadsurvey.errors import ArgumentError
from kadsurvey.instrument.forms.questionnaire import (
    Questionnaire,
    groups_of,
    languages_of,
    missing_answers,
    offered,
    separate_groups,
    server_time,
)
from kadsurvey.instrument.load import load_instrument
from kadsurvey.instrument.model import Instrument, SurveyField
from tests.instrument.forms.small import odd_instrument


@pytest.fixture(scope="module")
def kad() -> Instrument:
    return load_instrument("kad")


@pytest.fixture
def odd(tmp_path: Path) -> Instrument:
    return odd_instrument(tmp_path)


def test_the_order_is_the_instruments(kad: Instrument) -> None:
    asked = Questionnaire.of(kad)
    assert asked.items == tuple(kad.items)
    assert [block.name for block in asked.blocks] == list(kad.constructs)


def test_marker_items_have_no_heading_of_their_own(kad: Instrument) -> None:
    assert {block.name: block.label for block in Questionnaire.of(kad).blocks if not block.label} == {"marker": {}}


def test_a_construct_with_two_scales_is_two_blocks_a_scale_each(odd: Instrument) -> None:
    asked = Questionnaire.of(odd)
    assert [(block.name, block.scale, block.items) for block in asked.blocks] == [
        ("trust", "agree3", ("T1",)), ("trust_2", "often4", ("T2",)), ("trust_3", "agree3", ("T3",)),
        ("cost", "often4", ("C1",)),
    ]  # fmt: skip


def test_the_same_seed_shuffles_alike_and_loses_no_item(kad: Instrument) -> None:
    first, again, other = (Questionnaire.of(kad, seed=seed).items for seed in (7, 7, 8))
    assert first == again
    assert first != other
    assert sorted(first) == sorted(kad.items)
    assert first != tuple(kad.items)


def test_shuffled_items_stay_under_their_own_answers(odd: Instrument) -> None:
    asked = Questionnaire.of(odd, seed=1)
    assert [(block.name, block.scale, sorted(block.items)) for block in asked.blocks] == [
        ("items", "agree3", ["T1", "T3"]), ("items_2", "often4", ["C1", "T2"]),
    ]  # fmt: skip
    assert all(block.label == {} for block in asked.blocks)


def test_each_group_reads_its_own_words(kad: Instrument) -> None:
    official, ngo = (Questionnaire.of(kad, group=group) for group in ("official", "ngo"))
    assert "anggota lain" in official.text("T1")["id"]
    assert "anggota lembaga kerja sama ini" in ngo.text("T1")["id"]
    assert official.text("N1") == ngo.text("N1")
    assert ngo.group_label() == {"id": "Anggota LSM", "en": "NGO member"}


def test_a_language_without_a_wording_of_its_own_keeps_the_officials(odd: Instrument) -> None:
    assert Questionnaire.of(odd, group="ngo").text("T3") == {"id": "Tiga LSM", "en": "Three"}


def test_an_item_without_a_text_shows_its_code(odd: Instrument) -> None:
    assert Questionnaire.of(odd).text("C1") == {"id": "C1", "en": "C1"}


def test_an_unknown_group_is_named_with_the_nearest(kad: Instrument) -> None:
    with pytest.raises(ArgumentError, match=r"no group 'nog'.*ngo"):
        Questionnaire.of(kad, group="nog")


def test_the_group_is_asked_only_where_the_form_is_of_none(kad: Instrument) -> None:
    assert "group" in Questionnaire.of(kad).facts()
    assert "group" not in Questionnaire.of(kad, group="ngo").facts()


def test_a_server_gives_number_and_times_by_itself(kad: Instrument, odd: Instrument) -> None:
    assert Questionnaire.of(kad).opening(server=True)[:3] == ["body", "member", "group"]
    assert Questionnaire.of(kad).opening(server=False)[:2] == ["respondent_id", "body"]
    assert Questionnaire.of(odd).opening(server=True)[0] == "No. responden"
    assert Questionnaire.of(odd).opening(server=True)[-1] == "tanggal"


def test_personal_fields_are_the_last(kad: Instrument) -> None:
    assert Questionnaire.of(kad).closing() == ["notes", "name", "phone", "email"]


def test_answers_are_points_then_do_not_know(kad: Instrument, odd: Instrument) -> None:
    assert [answer.code for answer in offered(kad.scales["agree5"])] == ["1", "2", "3", "4", "5", "8"]
    assert [answer.code for answer in missing_answers(kad.scales["agree5"], offered=False)] == ["9"]
    assert [(answer.code, answer.labels["id"]) for answer in offered(odd.scales["often4"])] == [
        ("0", "Tidak pernah"), ("1", "1"), ("2", "2"), ("3", "Selalu"),
    ]  # fmt: skip
    assert offered(odd.scales["agree3"])[-1].code == "Tidak tahu"


def test_groups_have_forms_of_their_own_only_where_words_differ(kad: Instrument, odd: Instrument) -> None:
    assert separate_groups(kad) == ("official", "ngo")
    one = odd.model_copy(update={"constructs": {"cost": odd.constructs["cost"]}})
    assert separate_groups(one) == (None,)
    assert groups_of(one) == ("official", "ngo")


def test_languages_are_those_that_items_speak(kad: Instrument, odd: Instrument) -> None:
    assert languages_of(kad) == ("id", "en")
    assert languages_of(odd.model_copy(update={"constructs": {"cost": odd.constructs["cost"]}})) == ("id",)


@pytest.mark.parametrize(
    ("name", "aliases", "role", "expected"),
    [("start", (), "time", "start"), ("mulai", ("start",), "time", "start"), ("tanggal", (), "time", None),
     ("end", (), "covariate", None)],
)  # fmt: skip
def test_times_of_a_server(name: str, aliases: tuple[str, ...], role: str, expected: str | None) -> None:
    assert server_time(name, SurveyField.model_validate({"role": role, "aliases": aliases})) == expected
