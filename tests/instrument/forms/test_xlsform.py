"""XLSForms as pyxform judges them, and their answers as the readers take them."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from pyxform.xls2xform import convert

from kadsurvey.errors import ArgumentError
from kadsurvey.findings import worst
from kadsurvey.ingest.responses import read_responses
from kadsurvey.instrument.forms.questionnaire import Questionnaire
from kadsurvey.instrument.forms.xlsform import XlsForm, xlsform
from kadsurvey.instrument.forms.xlsform_file import write_xlsform
from kadsurvey.instrument.load import load_instrument
from kadsurvey.instrument.model import Instrument
from kadsurvey.language.text import LANGUAGES, Language
from tests.instrument.forms.small import kobo_export, odd_instrument

XF = "{http://www.w3.org/2002/xforms}"
RESPONDENTS = 40


@pytest.fixture(scope="module")
def kad() -> Instrument:
    return load_instrument("kad")


def converted(form: XlsForm, folder: Path) -> ET.Element:
    """Convert a form with pyxform, which may warn of nothing, and return the XForm."""
    path = folder / "form.xlsx"
    write_xlsform(form, path)
    result = convert(path, validate=False)
    assert result.warnings == []
    return ET.fromstring(result.xform)


@pytest.mark.parametrize("group", ["official", "ngo", None])
@pytest.mark.parametrize("seed", [None, 7])
@pytest.mark.parametrize("name", ["kad", "kad-short"])
def test_pyxform_accepts_the_form_without_a_warning(
    tmp_path: Path, name: str, group: str | None, seed: int | None
) -> None:
    instrument = load_instrument(name)
    tree = converted(xlsform(Questionnaire.of(instrument, group=group, seed=seed)), tmp_path)
    refs = [element.get("ref", "").rpartition("/")[2] for element in tree.iter(f"{XF}select1")]
    asked = Questionnaire.of(instrument, group=group, seed=seed)
    assert [ref for ref in refs if ref in instrument.items] == list(asked.items)


def test_the_xform_speaks_both_languages(kad: Instrument, tmp_path: Path) -> None:
    tree = converted(xlsform(Questionnaire.of(kad, group="ngo"), lang="en"), tmp_path)
    texts = {
        element.get("lang"): {text.get("id"): text.find(f"{XF}value").text for text in element}  # type: ignore[union-attr]
        for element in tree.iter(f"{XF}translation")
    }
    assert set(texts) == {"Bahasa Indonesia (id)", "English (en)"}
    assert texts["English (en)"]["/data/trust/T1:label"] == kad.items["T1"].text_ngo["en"]
    assert texts["Bahasa Indonesia (id)"]["/data/trust/T1:label"] == kad.items["T1"].text_ngo["id"]
    opened = next(element for element in tree.iter(f"{XF}translation") if element.get("default"))
    assert opened.get("lang") == "English (en)"


def test_items_are_required_and_numbers_are_constrained(kad: Instrument, tmp_path: Path) -> None:
    tree = converted(xlsform(Questionnaire.of(kad)), tmp_path)
    binds = {bind.get("nodeset", "").rpartition("/")[2]: bind for bind in tree.iter(f"{XF}bind")}
    assert all(binds[code].get("required") == "true()" for code in kad.items)
    assert binds["body"].get("required") == "true()"
    assert binds["years_in_role"].get("constraint") == ". >= 0"
    assert binds["roster_trust"].get("constraint") == ". >= 0 and . <= 4"
    assert all(binds[name].get("required") is None for name in ("name", "phone", "email", "position"))


def test_personal_fields_stand_last(kad: Instrument) -> None:
    rows = [row.get("name") for row in xlsform(Questionnaire.of(kad)).survey if row.get("name")]
    assert rows[-5:] == ["closing", "notes", "name", "phone", "email"]


def test_the_group_of_a_form_fills_itself_in(kad: Instrument, tmp_path: Path) -> None:
    tree = converted(xlsform(Questionnaire.of(kad, group="ngo")), tmp_path)
    bind = next(bind for bind in tree.iter(f"{XF}bind") if bind.get("nodeset") == "/data/group")
    assert bind.get("calculate") == "'ngo'"
    assert not any(element.get("ref") == "/data/group" for element in tree.iter(f"{XF}select1"))


def test_settings_name_the_form(kad: Instrument) -> None:
    assert dict(xlsform(Questionnaire.of(kad, group="ngo")).settings.cells) == {
        "form_title": "Modal sosial dalam kerja sama antardaerah (Anggota LSM)",
        "form_id": "kad_ngo",
        "version": "1.0",
        "default_language": "Bahasa Indonesia (id)",
    }


def test_who_cannot_say_do_not_know_is_not_forced_to_answer(tmp_path: Path) -> None:
    odd = odd_instrument(tmp_path)
    rows = {row.get("name"): row for row in xlsform(Questionnaire.of(odd)).survey}
    assert (rows["T1"].get("required"), rows["T2"].get("required")) == ("yes", "")


def test_an_unusual_instrument_makes_a_form_too(tmp_path: Path) -> None:
    odd = odd_instrument(tmp_path)
    form = xlsform(Questionnaire.of(odd))
    converted(form, tmp_path)
    names = [row.get("name") for row in form.survey if row.get("name")]
    assert len(names) == len(set(names))
    assert {"no_responden", "trust", "trust_2", "tanggal"} <= set(names)
    assert [row.get("name") for row in form.choices if row.get("list_name") == "body"] == ["KAD_Alfa", "b"]


def test_a_field_that_no_column_can_name_is_refused(tmp_path: Path) -> None:
    odd = odd_instrument(tmp_path)
    fields = {**odd.fields, "No. responden": odd.fields["No. responden"].model_copy(update={"aliases": ()})}
    with pytest.raises(ArgumentError, match=r"Field 'No\. responden' cannot be a column"):
        xlsform(Questionnaire.of(odd.model_copy(update={"fields": fields})))


@pytest.mark.parametrize("labels", [None, *LANGUAGES])
@pytest.mark.parametrize("groups", [True, False])
@pytest.mark.parametrize("group", ["official", "ngo", None])
def test_what_kobo_delivers_reads_back(
    kad: Instrument, tmp_path: Path, labels: Language | None, groups: bool, group: str | None
) -> None:
    form = xlsform(Questionnaire.of(kad, group=group, seed=3))
    rng = np.random.default_rng(5)
    codes = [str(code) for code in (*kad.scales["agree5"].codes, 8)]
    ticked = rng.integers(0, len(codes), size=(RESPONDENTS, len(kad.items)))
    answers = [
        {
            **{item: codes[at] for item, at in zip(kad.items, row, strict=True)},
            "group": group or "official", "body": f"KAD {chr(65 + number % 3)}", "education": "master",
            "gender": "female", "years_in_role": "4", "name": "Orang", "member": "Kabupaten Contoh",
        }
        for number, row in enumerate(ticked.tolist())
    ]  # fmt: skip
    path = kobo_export(form, answers, tmp_path / "kobo.csv", labels=labels, groups=groups)
    responses = read_responses(path, kad)
    assert worst(responses.findings) in (None, "note")
    for place, (item, part) in enumerate(kad.items.items()):
        expected = [float(codes[at]) if codes[at] != "8" else np.nan for at in ticked[:, place]]
        points = 6 - np.array(expected) if part.reverse else np.array(expected)
        np.testing.assert_array_equal(responses.items[item].to_numpy(), points)
        np.testing.assert_array_equal(responses.dont_know[item].to_numpy(), ticked[:, place] == codes.index("8"))
    assert set(responses.data["group"]) == {group or "official"}
    assert set(responses.data["education"]) == {"master"}
    assert responses.data["body"].tolist() == [answer["body"] for answer in answers]
    assert "Orang" not in responses.data.to_csv()
