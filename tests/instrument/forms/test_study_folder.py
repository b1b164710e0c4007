"""A new study: settings that the program reads, and files that belong together."""

from __future__ import annotations

from pathlib import Path

import pytest

from kadsurvey.errors import ArgumentError, OutputError
from kadsurvey.instrument.forms.study_folder import refuse_existing, study_files
from kadsurvey.instrument.load import load_instrument
from kadsurvey.language.text import LANGUAGES, Language
from kadsurvey.settings import read_settings
from tests.instrument.questionnaires import write


def made(folder: Path, name: str | Path = "kad", lang: Language = "id") -> Path:
    for file, writer in study_files(name, lang=lang).items():
        writer(folder / file)
    return folder


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_settings_name_the_files_that_are_there(tmp_path: Path, lang: Language) -> None:
    settings = read_settings(made(tmp_path, lang=lang), required=True)
    assert settings.lang == lang
    assert settings.bodies is None
    assert [file.path.name for file in settings.data] == [f"kad-workbook-{lang}.xlsx"]
    assert settings.data[0].path.exists()
    assert load_instrument(settings.instrument).name == "kad"
    assert [(model.outcome, model.on) for model in settings.models] == [
        ("transaction_cost", ("trust", "norm", "network"))
    ]


def test_what_needs_body_data_is_one_sign_away(tmp_path: Path) -> None:
    folder = made(tmp_path)
    path = folder / "study.toml"
    lines = path.read_text(encoding="utf-8").splitlines()
    switched = ("# [", "# file", "# outcome", "# on")
    path.write_text("\n".join(line[2:] if line.startswith(switched) else line for line in lines), encoding="utf-8")
    settings = read_settings(folder, required=True)
    assert settings.bodies == folder / "bodies.xlsx"
    assert settings.bodies.exists()
    assert [model.outcome for model in settings.models] == ["transaction_cost", "cost_efficiency"]


def test_the_questionnaire_is_copied_with_its_comments(tmp_path: Path) -> None:
    (tmp_path / "study").mkdir()
    own = write(tmp_path, ("format: 1", "# mine\nformat: 1"), name="whatever.yaml")
    folder = made(tmp_path / "study", own)
    assert (folder / "small.yaml").read_bytes() == own.read_bytes()
    assert sorted(path.name for path in folder.iterdir()) == [
        "bodies.xlsx", "small-form-id.docx", "small-workbook-id.xlsx", "small-xlsform.xlsx", "small.yaml", "study.toml",
    ]  # fmt: skip


def test_an_instrument_without_outcomes_asks_for_no_model(tmp_path: Path) -> None:
    settings = read_settings(made(tmp_path, "kad-short"), required=True)
    assert settings.models == ()


def test_an_unknown_questionnaire_is_named() -> None:
    with pytest.raises(ArgumentError, match="Did you mean 'kad'"):
        study_files("kda", lang="id")


def test_a_study_is_begun_once(tmp_path: Path) -> None:
    refuse_existing(tmp_path, ["study.toml", "kad.yaml"])
    (tmp_path / "kad.yaml").write_text("x")
    with pytest.raises(OutputError, match=r"already holds kad\.yaml"):
        refuse_existing(tmp_path, ["study.toml", "kad.yaml"])
