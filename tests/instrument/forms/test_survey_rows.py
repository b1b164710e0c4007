"""The questions of a form, with their groups; repeats and tables are left out as a whole."""

from __future__ import annotations

from pathlib import Path

from kadsurvey.instrument.forms.survey_rows import SurveyRows, survey_rows
from kadsurvey.instrument.forms.xlsform_file import read_xlsform
from tests.workbooks import write_xlsx


def rows_of(folder: Path, survey: str) -> SurveyRows:
    return survey_rows(read_xlsform(write_xlsx(folder / "form.xlsx", {"survey": survey})).survey)


def test_questions_know_their_groups(tmp_path: Path) -> None:
    rows = rows_of(
        tmp_path,
        """
        | type            | name | label::id |
        | begin group     | a    | Grup A    |
        | begin_group     | b    | Grup B    |
        | select_one lk   | T1   | Satu      |
        | end group       |      |           |
        | select one lk or_other | T2 | Dua   |
        | end_group       |      |           |
        | integer         | umur | Umur      |
        """,
    )
    assert [(question.name, question.kind, question.choices, question.groups) for question in rows.questions] == [
        ("T1", "select_one", "lk", ("a", "b")), ("T2", "select_one", "lk", ("a",)), ("umur", "integer", "", ()),
    ]  # fmt: skip
    assert rows.questions[0].group_label == {"id": "Grup B"}
    assert rows.left_out == ()


def test_what_is_no_column_is_left_out_by_name(tmp_path: Path) -> None:
    rows = rows_of(
        tmp_path,
        """
        | type                  | name   | label::id | appearance | disabled | calculation |
        | note                  | baca   | Baca      |            |          |             |
        | deviceid              | deviceid |         |            |          |             |
        | select_multiple x     | banyak | Banyak    |            |          |             |
        | select_one lk         | kepala |           | label      |          |             |
        | select_one lk         | mati   | Mati      |            | yes      |             |
        | calculate             | hitung |           |            |          | 1 + 1       |
        | image                 | foto   | Foto      |            |          |             |
        | begin_repeat          | mitra  | Mitra     |            |          |             |
        | text                  | nama_mitra | Nama  |            |          |             |
        | begin_group           | dalam  | Dalam     |            |          |             |
        | select_one lk         | T9     | Sembilan  |            |          |             |
        | end_group             |        |           |            |          |             |
        | end_repeat            |        |           |            |          |             |
        | select_one lk         | T1     | Satu      |            |          |             |
        """,
    )
    assert [question.name for question in rows.questions] == ["hitung", "T1"]
    assert rows.left_out == (("banyak", "select_multiple"), ("foto", "image"), ("mitra", "repeat"))


def test_rating_tables_of_kobo_are_items(tmp_path: Path) -> None:
    rows = rows_of(
        tmp_path,
        """
        | type        | name | label::id | kobo--score-choices |
        | begin_score | nilai | Nilai    | lk                  |
        | score__row  | T1   | Satu      |                     |
        | score__row  | T2   | Dua       |                     |
        | end_score   |      |           |                     |
        """,
    )
    assert [(question.name, question.choices) for question in rows.questions] == [("T1", "lk"), ("T2", "lk")]
