"""The questionnaires that come with the program, and the register of bodies."""

from __future__ import annotations

import csv
import re

import pytest

from kadsurvey._resources import bundled
from kadsurvey.findings import worst
from kadsurvey.instrument.check import check_instrument
from kadsurvey.instrument.load import bundled_instruments, load_instrument
from kadsurvey.instrument.model import Instrument
from kadsurvey.instrument.wording import fold
from kadsurvey.language.text import LANGUAGES

BODY_KEYS = [
    "body", "name", "province", "service", "year", "members", "founded", "mandatory", "secretariat",
    *(f"stage_{i}" for i in range(1, 11)),
    "neighbours", "shared_problem", "equal_potential", "share_experience", "share_burden", "share_benefit",
    *(f"principle_{i}" for i in range(1, 7)),
    "cost_planned", "cost_realised", "cost_alone", "output", "output_unit", "cost_efficiency", "disputes",
    "court_cases", "amendments", "months_to_sign", "contract_years", "coverage", "ppp", "ngo_seats", "ties_up",
    "new_regions", "apbd_subsidy", "fiscal_class",
]  # fmt: skip


@pytest.fixture(scope="module", params=bundled_instruments())
def instrument(request: pytest.FixtureRequest) -> Instrument:
    return load_instrument(str(request.param))


@pytest.fixture(scope="module")
def kad() -> Instrument:
    return load_instrument("kad")


@pytest.fixture(scope="module")
def short() -> Instrument:
    return load_instrument("kad-short")


def test_bears_the_name_of_its_file(instrument: Instrument) -> None:
    assert instrument.name in bundled_instruments()


def test_check_finds_no_error_and_no_warning(instrument: Instrument) -> None:
    assert worst(check_instrument(instrument)) in (None, "note")


def test_everything_people_read_is_in_both_languages(instrument: Instrument) -> None:
    words = [
        instrument.title,
        instrument.note,
        *(item.text for item in instrument.items.values()),
        *(item.text_ngo for item in instrument.items.values() if item.text_ngo),
        *(construct.label for construct in instrument.constructs.values()),
        *(field.label for field in instrument.fields.values()),
        *(field.label for field in instrument.bodies.values()),
        *(overlap.note for overlap in instrument.overlaps),
    ]
    assert all(set(text) == set(LANGUAGES) and all(text.values()) for text in words)


def test_every_item_names_its_idea(instrument: Instrument) -> None:
    assert all(": " in item.source for item in instrument.items.values())


def test_at_most_one_reversed_item_a_construct(kad: Instrument, short: Instrument) -> None:
    turned = {name: [c for c in kad.item_codes(name) if kad.items[c].reverse] for name in kad.constructs}
    assert turned == {
        "trust": ["T6"], "norm": ["N6"], "network": ["W6"], "transaction_cost": ["C5"],
        "effectiveness": [], "marker": [],
    }  # fmt: skip
    assert not any(item.reverse for item in short.items.values())


def test_constructs_and_their_roles(kad: Instrument, short: Instrument) -> None:
    assert {name: (part.role, len(part.items)) for name, part in kad.constructs.items()} == {
        "trust": ("predictor", 6),
        "norm": ("predictor", 6),
        "network": ("predictor", 6),
        "transaction_cost": ("outcome", 5),
        "effectiveness": ("outcome", 5),
        "marker": ("marker", 3),
    }
    assert {name: len(part.items) for name, part in short.constructs.items()} == {"trust": 3, "norm": 3, "network": 3}


def test_officials_and_ngo_members_read_of_the_members_in_their_own_way(instrument: Instrument) -> None:
    for item in instrument.items.values():
        assert ("daerah anggota lain" in item.text["id"]) == bool(item.text_ngo)
        assert ("other member government(s)" in item.text["en"]) == bool(item.text_ngo)
        if item.text_ngo:
            assert "anggota lembaga kerja sama ini" in item.text_ngo["id"]
            assert "member governments of this body" in item.text_ngo["en"]


def test_items_end_with_a_stop_and_ask_one_thing_of_a_length_people_read(instrument: Instrument) -> None:
    for item in instrument.items.values():
        for text in (*item.text.values(), *item.text_ngo.values()):
            assert text.endswith(".")
            assert len(text.split()) <= 20


def test_labels_are_unambiguous_and_leave_kurang_setuju_out(instrument: Instrument) -> None:
    scale = instrument.scales["agree5"]
    assert scale.codes == (1, 2, 3, 4, 5)
    texts = [fold(text) for wordings in scale.labels.values() for labels in wordings.values() for text in labels]
    missing = [fold(text) for answer in scale.missing for labels in answer.labels.values() for text in labels]
    assert not {fold("KS"), fold("Kurang setuju"), fold("CS"), fold("Cukup setuju")} & {*texts, *missing}
    assert not set(texts) & set(missing)
    assert [scale.labels[code]["id"][0] for code in scale.codes] == [
        "Sangat tidak setuju", "Tidak setuju", "Netral", "Setuju", "Sangat setuju",
    ]  # fmt: skip


def test_missing_answers_and_their_kinds(instrument: Instrument) -> None:
    missing = instrument.scales["agree5"].missing
    assert [(answer.code, answer.kind) for answer in missing] == [
        (8, "dont_know"), (9, "no_answer"), (99, "no_answer"),
    ]  # fmt: skip
    assert missing[0].labels["id"][0] == "Tidak tahu / tidak berlaku"
    assert missing[0].labels["en"][0] == "Don't know / not applicable"


def test_every_body_key_is_there_in_order(instrument: Instrument) -> None:
    assert list(instrument.bodies) == BODY_KEYS
    assert instrument.bodies["body"].role == "id"


def test_types_of_the_body_data(kad: Instrument) -> None:
    kinds = {
        kind: [key for key, field in kad.bodies.items() if field.type == kind] for kind in ("money", "date", "share")
    }
    assert kinds["money"] == ["cost_planned", "cost_realised", "cost_alone", "apbd_subsidy"]
    assert kinds["date"] == [f"stage_{i}" for i in range(1, 11)]
    assert kinds["share"] == ["coverage"]
    assert list(kad.bodies["secretariat"].values) == ["none", "joint", "autonomous"]
    assert all(kad.bodies[key].unit == "IDR" for key in kinds["money"])


def test_personal_fields_are_marked(instrument: Instrument) -> None:
    roles = {name: field.role for name, field in instrument.fields.items()}
    assert [name for name, role in roles.items() if role == "personal"] == ["name", "phone", "email"]
    assert [name for name, role in roles.items() if role == "text"] == ["notes"]
    assert [name for name, role in roles.items() if role == "time"] == ["start", "end"]


def test_groups_in_both_languages(instrument: Instrument) -> None:
    values = instrument.fields["group"].values
    assert set(values) == {"official", "ngo"}
    assert {"Pejabat daerah", "Official"} <= set(values["official"])
    assert {"LSM", "NGO"} <= set(values["ngo"])


def test_every_value_has_a_label_in_both_languages(instrument: Instrument) -> None:
    for field in (*instrument.fields.values(), *instrument.bodies.values()):
        assert set(field.labels) == set(field.values)
        assert all(set(words) == set(LANGUAGES) for words in field.labels.values())


def test_roster(instrument: Instrument) -> None:
    assert instrument.roster is not None
    assert list(instrument.roster.relations) == ["contact", "information", "resources", "trust"]
    assert (instrument.roster.minimum, instrument.roster.maximum) == (0, 4)


def test_overlaps_pair_a_predictor_with_an_outcome(kad: Instrument) -> None:
    assert ("T6", "C2") in [overlap.items for overlap in kad.overlaps]
    for overlap in kad.overlaps:
        roles = [kad.constructs[kad.construct_of[code]].role for code in overlap.items]
        assert roles == ["predictor", "outcome"]


def test_short_form_is_the_full_form_with_fewer_items(kad: Instrument, short: Instrument) -> None:
    assert {code: kad.items[code] for code in short.items} == short.items
    assert (short.fields, short.bodies, short.roster, short.scales) == (kad.fields, kad.bodies, kad.roster, kad.scales)


def test_short_form_says_what_it_cannot_show(short: Instrument) -> None:
    assert "cannot be tested" in short.note["en"]
    assert "tidak dapat diuji" in short.note["id"]


def test_register_holds_facts_and_no_scores(kad: Instrument) -> None:
    with (bundled("sample_data") / "register.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["name"] for row in rows] == ["Kartamantul", "Barlingmascakeb", "Kedungsepur", "Subosuko", "SAMOTA"]
    assert [int(row["members"]) for row in rows] == [len(row["member_names"].split("; ")) for row in rows]
    assert all(row["source"] for row in rows)
    facts = set(rows[0]) - {"member_names", "remark", "source"}
    assert facts <= set(kad.bodies)
    assert not any(re.search(r"\d", value) for row in rows for key, value in row.items() if key != "members")
