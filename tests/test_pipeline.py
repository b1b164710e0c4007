"""kadsurvey run: does what study.toml asks for once, then only what has changed, and says why."""

from __future__ import annotations

import json
import re
import shutil
import tomllib

import pytest
from click.testing import CliRunner

from kadsurvey import load_truth, simulate
from kadsurvey.cli.main import main
from kadsurvey.errors import StudyError
from kadsurvey.run import Run
from kadsurvey.settings import read_settings
from kadsurvey.settings_schema import study_schema
from kadsurvey.simulation.study_folder import simulated_files
from kadsurvey.study import Study
from kadsurvey.toml_section import Section

STEPS = ["check", "validate", "score", "network", "efficiency", "regress:cost_efficiency", "regress:transaction_cost"]
STEPS += ["regress:effectiveness", "report"]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Write a study, and run it once; the report is a stand-in, for it has tests of its own."""
    folder = tmp_path_factory.mktemp("study") / "s"
    folder.mkdir()
    truth = load_truth("sample").changed(design={"bodies": 8, "members": [3, 3], "respondents": [6, 6]})
    for name, write in simulated_files(simulate(truth, seed=3), layout="codes", lang="en").items():
        write(folder / name)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Study, "report", report)
        first = run(folder)
    return folder, first


@pytest.fixture
def study(made, tmp_path, monkeypatch):
    monkeypatch.setattr(Study, "report", report)
    shutil.copytree(made[0], tmp_path / "s")
    return tmp_path / "s"


def report(_, *, out, languages, force):
    from kadsurvey.report.writers.folder import write_files

    files = write_files(out, {"report.md": lambda path: path.write_text(languages[0])}, force=force)
    return Run("report", {}, (), (), (), files=tuple(files))


def run(folder, *args):
    return CliRunner().invoke(main, ["run", "--study", str(folder), "--lang", "en", *args])


def done(result):
    """Return the steps that were done, with the reasons given."""
    return dict(re.findall(r"^(\S+) \((.*)\)$", result.output, re.MULTILINE))


def edit(folder, old, new):
    text = (folder / "study.toml").read_text(encoding="utf-8")
    assert old in text
    (folder / "study.toml").write_text(text.replace(old, new), encoding="utf-8")


def test_the_first_time_everything_is_done(made):
    folder, first = made
    assert first.exit_code == 0, first.output
    assert list(done(first)) == STEPS
    assert set(done(first).values()) == {"never done before"}
    written = {path.name for path in (folder / "results").iterdir()}
    assert {"check.xlsx", "score.xlsx", "regression-effectiveness.xlsx", "report.md", "run.json"} <= written


def test_the_second_time_nothing_is(study):
    again = run(study)
    assert done(again) == {}
    assert "0 of 9 steps done" in again.output


def test_a_file_of_bodies_touches_only_what_depends_on_it(study):
    other = load_truth("sample").changed(design={"bodies": 8, "members": [3, 3], "respondents": [6, 6]})
    simulated_files(simulate(other, seed=4), layout="codes", lang="en")["bodies.xlsx"](study / "bodies.xlsx")
    found = done(run(study, "--dry-run")) or dict(
        re.findall(r"^(\S+): to do \((.*)\)$", run(study, "--dry-run").output, re.MULTILINE)
    )
    assert list(found) == [name for name in STEPS if name.startswith(("efficiency", "regress", "report"))]
    assert set(found.values()) == {"bodies.xlsx has changed"}


def test_a_file_that_is_only_touched_is_the_same(study):
    (study / "bodies.xlsx").touch()
    assert done(run(study)) == {}


def test_a_setting_touches_only_what_depends_on_it(study):
    edit(study, "[bodies]", "[cutoffs]\nloading = 0.6\n\n[bodies]")
    assert done(run(study)) == {
        "validate": "setting cutoffs has changed", "report": "setting cutoffs has changed",
    }  # fmt: skip


def test_a_model_touches_only_itself_and_the_report(study):
    edit(
        study,
        'outcome = "effectiveness"\non = ["trust", "norm", "network"]',
        'outcome = "effectiveness"\non = ["trust"]',
    )
    found = done(run(study))
    assert list(found) == ["regress:effectiveness", "report"]
    assert found["regress:effectiveness"] == "setting model has changed"


def test_a_file_that_is_gone_is_written_again(study):
    (study / "results" / "score.xlsx").unlink()
    assert done(run(study)) == {"score": "score.xlsx is not there"}
    assert (study / "results" / "score.xlsx").exists()


def test_what_someone_changed_is_not_replaced_unasked(study):
    (study / "results" / "check.xlsx").write_bytes(b"mine")
    refused = run(study)
    assert refused.exit_code == 1
    assert "check.xlsx was changed by something else" in refused.output
    assert (study / "results" / "check.xlsx").read_bytes() == b"mine"
    assert run(study, "--force").exit_code == 0
    assert done(run(study)) == {}


def test_a_model_that_fails_does_not_stop_the_others(study):
    edit(study, 'name = "cost_efficiency"\noutcome = "cost_efficiency"', 'name = "cost"\noutcome = "cost_eficiency"')
    result = run(study)
    assert result.exit_code == 1
    assert "not done:" in result.output
    assert list(done(result)) == ["regress:cost", "report"]
    assert list(done(run(study))) == ["regress:cost"]


def test_a_dry_run_does_nothing(study):
    (study / "results" / "score.xlsx").unlink()
    result = run(study, "--dry-run")
    assert "score: to do (score.xlsx is not there)" in result.output
    assert "check: stands" in result.output
    assert not (study / "results" / "score.xlsx").exists()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": "other", "steps": {}}', '{"format": "kadsurvey.run/1"}',
                                     '{"format": "kadsurvey.run/1", "steps": {"check": {}}}'])  # fmt: skip
def test_a_damaged_record_is_no_record(study, content):
    (study / "results" / "run.json").write_text(content, encoding="utf-8")
    assert len(re.findall("never done before", run(study, "--dry-run").output)) == len(STEPS)


def test_an_empty_entry_workbook_names_the_next_step(tmp_path):
    CliRunner().invoke(main, ["init", str(tmp_path / "new"), "--lang", "en"])
    result = run(tmp_path / "new")
    assert result.exit_code == 0
    assert "There are no answers yet: type them into kad-workbook-en.xlsx" in result.output


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ('version = 1\n\n[score]\nmin_cel = 5\n', 4, "study.unknown_key"),
        ('version = 1\n[[data]]\nfile = "a.csv"\n[[data]]\ngroup = "ngo"\n', 4, "study.key_missing"),
        ('version = 1\n# seed = 3\nseed = "x"\n', 3, "study.wrong_type"),
        ('version = 1\n[[model]]\noutcome = "y"\n[[model]]\noutcome = "z"\nfamily = "ls"\n', 6, "study.not_a_choice"),
        ('version = 1\n[cutoffs]\nloading = 2\n', 3, "study.not_a_share"),
        ('version = 1\n\n"score" = 3\n', 3, "study.not_a_table"),
    ],
)  # fmt: skip
def test_messages_name_the_line_of_study_toml(tmp_path, text, line, code):
    (tmp_path / "study.toml").write_text(text, encoding="utf-8")
    with pytest.raises(StudyError) as err:
        read_settings(tmp_path, required=True)
    assert err.value.code == code
    assert str(err.value).startswith(f"study.toml, line {line}: ")
    assert err.value.render("id").startswith(f"study.toml, baris {line}: ")


FULL = """
version = 1
[[data]]
file = "a.csv"
[bodies]
file = "b.xlsx"
[ties]
file = "t.xlsx"
[efficiency]
[score]
[report]
[cutoffs]
[screening]
[[model]]
outcome = "y"
"""


def test_the_schema_knows_the_keys_that_the_program_knows(tmp_path, monkeypatch):
    asked = {}
    real = Section.only

    def only(self, *known):
        asked[self._name] = set(known)
        real(self, *known)

    monkeypatch.setattr(Section, "only", only)
    (tmp_path / "study.toml").write_text(FULL, encoding="utf-8")
    read_settings(tmp_path, required=True)
    schema = study_schema()
    assert set(schema["properties"]) == asked.pop("")
    for name, known in asked.items():
        part = schema["properties"][name]
        assert set(part.get("items", part)["properties"]) == known, name


def test_init_leaves_a_schema_beside_study_toml(tmp_path):
    CliRunner().invoke(main, ["init", str(tmp_path / "new"), "--lang", "en"])
    schema = json.loads((tmp_path / "new" / "study.schema.json").read_text(encoding="utf-8"))
    text = (tmp_path / "new" / "study.toml").read_text(encoding="utf-8")
    assert text.startswith("#:schema ./study.schema.json\n")
    for key in tomllib.loads(text):
        assert key in schema["properties"]
