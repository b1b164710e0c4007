"""What a form says about its instrument, and what it cannot say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kadsurvey.instrument.blanks import blanks_of
from kadsurvey.instrument.forms.recognise import Recognised, recognise
from kadsurvey.instrument.forms.xlsform import FormRow, XlsForm
from kadsurvey.instrument.forms.xlsform_file import read_xlsform
from kadsurvey.instrument.source import parse_source
from kadsurvey.instrument.yaml_text import yaml_text
from tests.workbooks import write_xlsx

WORDS = st.sampled_from(["", "T1", "T1", "lembaga", "status", "q.1", "2b", "???", "a b", "nama", "=1", "no", "x: y"])
ROWS = st.fixed_dictionaries(
    {
        "type": st.sampled_from(
            ["select_one lk", "select_one jk", "select_one nirgends", "text", "integer", "begin_group", "end_group",
             "begin_repeat", "end_repeat", "calculate", "note", "score__row", "begin", "end", "start",
             "select_multiple jk"]
        ),
        "name": WORDS,
        "label": WORDS,
        "label:id": WORDS,
        "kadsurvey_construct": WORDS,
        "kadsurvey_reverse": WORDS,
        "calculation": st.sampled_from(["", "'ngo'", "1 + 1"]),
    }
)  # fmt: skip
CHOICES = st.fixed_dictionaries(
    {
        "list_name": st.sampled_from(["lk", "jk", ""]),
        "name": st.sampled_from(["1", "2", "3", "8", "99", "ts", ""]),
        "label:id": st.sampled_from(["Setuju", "Tidak setuju", "Sangat setuju", "Tidak tahu", "Kurang setuju", ""]),
    }
)


LIKERT = """
| list_name | name | label::id           | label::en         |
| lk        | 1    | Sangat tidak setuju | Strongly disagree |
| lk        | 2    | Tidak setuju        | Disagree          |
| lk        | 3    | Setuju              | Agree             |
| jk        | l    | Laki-laki           | Male              |
| jk        | p    | Perempuan           | Female            |
| siapa     | pjb  | Pejabat daerah      | Official          |
| siapa     | lsm  | LSM                 | NGO               |
"""


def form(folder: Path, survey: str, choices: str = LIKERT, settings: str = "") -> Recognised:
    sheets = {"survey": survey, "choices": choices} | ({"settings": settings} if settings else {})
    return recognise(read_xlsform(write_xlsx(folder / "form.xlsx", sheets)), file="form.xlsx")


def noted(found: Recognised, code: str) -> list[str]:
    return [finding.render("en") for finding in found.findings if finding.code == code]


def test_items_stand_under_their_groups_with_blanks(tmp_path: Path) -> None:
    data: dict[str, Any] = form(
        tmp_path,
        """
        | type          | name  | label::id   | label::en |
        | begin_group   | trust | Kepercayaan | Trust     |
        | select_one lk | T1    | Satu        | One       |
        | end_group     |       |             |           |
        | select_one lk | X1    | Lepas       | Loose     |
        """,
        settings="| form_title | form_id | version | default_language |\n| Survei | survei-1 | 3 | English (en) |",
    ).data
    assert {key: data[key] for key in ("format", "name", "version", "title")} == {
        "format": "1", "name": "survei-1", "version": "3", "title": {"en": "Survei"},
    }  # fmt: skip
    assert data["constructs"] == {
        "trust": {
            "kind": "???",
            "role": "???",
            "label": {"id": "Kepercayaan", "en": "Trust"},
            "items": {"T1": {"scale": "lk", "reverse": "???", "text": {"id": "Satu", "en": "One"}}},
        },
        "???": {
            "kind": "???",
            "role": "???",
            "items": {"X1": {"scale": "lk", "reverse": "???", "text": {"id": "Lepas", "en": "Loose"}}},
        },
    }


def test_columns_of_this_program_fill_blanks(tmp_path: Path) -> None:
    data: dict[str, Any] = form(
        tmp_path,
        """
        | type          | name | label::id | kadsurvey_construct | kadsurvey_reverse |
        | select_one lk | T1   | Satu      | trust               | no                |
        | select_one lk | T2   | Dua       | trust               | ya                |
        """,
    ).data
    items = data["constructs"]["trust"]["items"]
    assert {code: item["reverse"] for code, item in items.items()} == {"T1": "no", "T2": "yes"}


def test_fields_by_their_names_and_the_rest_blank(tmp_path: Path) -> None:
    found = form(
        tmp_path,
        """
        | type             | name    | label::id     |
        | start            | start   |               |
        | text             | lembaga | Lembaga       |
        | select_one siapa | status  | Status        |
        | select_one jk    | jk      | Jenis kelamin |
        | decimal          | jarak   | Jarak (km)    |
        | date             | tgl     | Tanggal       |
        | text             | nama    | Nama          |
        | select_one lk    | T1      | Satu          |
        """,
    )
    fields: dict[str, Any] = found.data["fields"]  # type: ignore[assignment]
    assert {name: (part["role"], part.get("type")) for name, part in fields.items()} == {
        "respondent_id": ("id", None), "start": ("time", "date"), "lembaga": ("body", None),
        "status": ("group", "category"), "jk": ("covariate", "category"), "jarak": ("???", "number"),
        "tgl": ("???", "date"), "nama": ("personal", None),
    }  # fmt: skip
    assert fields["respondent_id"]["aliases"][0] == "rootUuid"
    assert fields["status"]["values"] == {
        "official": ["pjb", "Pejabat daerah", "Official"],
        "ngo": ["lsm", "LSM", "NGO"],
    }
    assert fields["jk"]["values"] == {"l": ["Laki-laki", "Male"], "p": ["Perempuan", "Female"]}
    assert fields["jk"]["labels"]["l"] == {"id": "Laki-laki", "en": "Male"}
    assert "lembaga as body" in noted(found, "forms.fields_recognised")[0]


def test_a_form_of_one_group_says_which(tmp_path: Path) -> None:
    found = form(
        tmp_path,
        """
        | type          | name  | label::id | calculation |
        | calculate     | group |           | 'ngo'       |
        | select_one lk | T1    | Satu      |             |
        """,
    )
    fields: dict[str, Any] = found.data["fields"]  # type: ignore[assignment]
    assert found.group == "ngo"
    assert fields["group"]["role"] == "group"
    assert set(fields["group"]["values"]) == {"official", "ngo"}


def test_codes_that_are_no_names_keep_them_as_aliases(tmp_path: Path) -> None:
    found = form(
        tmp_path,
        """
        | type          | name | label::id |
        | begin_group   | a    | Grup A    |
        | select_one lk | q.1  | Satu      |
        | select_one lk | x    | Dua       |
        | end_group     |      |           |
        | begin_group   | b    | Grup B    |
        | select_one lk | x    | Tiga      |
        | select_one lk | 2b   | Empat     |
        | end_group     |      |           |
        """,
    )
    constructs: dict[str, Any] = found.data["constructs"]  # type: ignore[assignment]
    codes = {code: item.get("aliases") for part in constructs.values() for code, item in part["items"].items()}
    assert codes == {"q_1": ["q.1"], "x": None, "b_x": ["b/x", "b-x"], "_2b": ["2b"]}
    assert "x (row 7) to b_x" in noted(found, "forms.renamed_items")[0]


def test_labels_without_a_language(tmp_path: Path) -> None:
    survey = "| type | name | label |\n| select_one lk | T1 | One |"
    english = "| list_name | name | label |\n" + "".join(
        f"| lk | {code} | {label} |\n" for code, label in enumerate(["Disagree", "Neutral", "Agree"], start=1)
    )
    found = form(tmp_path, survey, english)
    constructs: dict[str, Any] = found.data["constructs"]  # type: ignore[assignment]
    assert constructs["???"]["items"]["T1"]["text"] == {"en": "One"}
    assert "taken as 'en'" in noted(found, "forms.language_assumed")[0]
    stated = form(tmp_path, survey, english, "| default_language |\n| Bahasa Indonesia (id) |")
    stated_constructs: dict[str, Any] = stated.data["constructs"]  # type: ignore[assignment]
    assert stated_constructs["???"]["items"]["T1"]["text"] == {"id": "One"}
    assert noted(stated, "forms.language_assumed") == []


def test_what_is_left_out_is_said(tmp_path: Path) -> None:
    found = form(
        tmp_path,
        """
        | type               | name | label::id | label::Jawa (jv) |
        | select_one lk      | T1   | Satu      | Siji             |
        | select_multiple jk | m    | Banyak    |                  |
        """,
    )
    assert "m (select_multiple)" in noted(found, "forms.left_out")[0]
    assert "Jawa (jv)" in noted(found, "forms.other_languages")[0]
    assert "1 = Sangat tidak setuju, 2 = Tidak setuju, 3 = Setuju" in noted(found, "forms.scale_recognised")[0]


def test_a_form_without_settings_is_named_after_its_file(tmp_path: Path) -> None:
    data = form(tmp_path, "| type | name | label::id |\n| select_one lk | T1 | Satu |").data
    assert (data["name"], data["version"]) == ("form", "???")
    assert "title" not in data


def rows_of(cells: list[dict[str, str]]) -> tuple[FormRow, ...]:
    return tuple(
        FormRow({key: value for key, value in row.items() if value}, number)
        for number, row in enumerate(cells, start=2)
    )


@given(st.lists(ROWS, max_size=12), st.lists(CHOICES, max_size=8))
def test_whatever_a_form_holds_the_file_can_be_read_and_its_blanks_asked_for(
    survey: list[dict[str, str]], choices: list[dict[str, str]]
) -> None:
    found = recognise(XlsForm(rows_of(survey), rows_of(choices), FormRow({})), file="form.xlsx")
    source = parse_source(yaml_text(found.data).encode("utf-8"), "form.yaml")
    assert source.data == found.data
    assert all(finding.render("id") and finding.render("en") for finding in (*blanks_of(source), *found.findings))
