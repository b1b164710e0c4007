import shutil

import pytest

from kadsurvey import Study
from kadsurvey.errors import ArgumentError, DataFindingsError, StudyError

TWO_FILES = """
version = 1
[[data]]
file = "ngos.xlsx"
group = "ngo"
[[data]]
file = "more.xlsx"
group = "ngo"
"""


def write(folder, text):
    (folder / "study.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("version = 2", "version is 2"),
        ("version = 1\ninstrumen = 'kad'", "no key 'instrumen'. Known here: instrument"),
        ("version = 1\nseed = 'one'", "'seed' should be of type integer"),
        ("version = 1\nlang = 'fr'", "'lang' is 'fr'; it can be id, en"),
        ("version = 1\n[data]\nfile = 'a.xlsx'", r"header \[\[data\]\]"),
        ("version = 1\n[[data]]\ngroup = 'ngo'", "'data.file' is missing"),
        ("version = 1\n[score]\nmethod = 'median'", "'score.method' is 'median'"),
        ("version = 1\n[[model]]\non = ['trust']", "'model.outcome' is missing"),
        ("version = 1\n[cutoffs]\nalpa = 0.7", "no key 'cutoffs.alpa'. Known here: alpha"),
        ("version = 1\n[cutoffs]\nalpha = 70", "'cutoffs.alpha' should be a number between 0 and 1, not 70"),
        ("version = 1\n[cutoffs]\nalpha = 'high'", "'cutoffs.alpha' should be a number"),
        ("version = 1\n[[model]]\noutcome = 'cost'\nfamily = 'gamma'", "'model.family' is 'gamma'; it can be ols"),
        ("version = 1\n[[model]]\noutcome = 'y'\ninteract = ['a']", "'model.interact' holds 'a'"),
        ("version = 1\n[[model]]\noutcome = 'y'\ninference = 'hc9'", "'model.inference' is 'hc9'"),
        ("version = 1\n[efficiency]\nreturns = 'irs'", "'efficiency.returns' is 'irs'; it can be vrs, crs"),
        ("version = 1\n[efficiency]\ninput = ['a']", "no key 'efficiency.input'. Known here: inputs"),
        ("version = ", "cannot be read"),
    ],
)
def test_a_wrong_study_file_says_what_is_wrong(tmp_path, text, message):
    with pytest.raises(StudyError, match=message):
        Study.open(write(tmp_path, text))


def test_a_model_may_be_a_formula(tmp_path):
    text = "version = 1\n[[model]]\nformula = 'log(cost) ~ trust*norm | body'\nyear = 2025\ninference = 'cr3'"
    model = Study.open(write(tmp_path, text)).settings.models[0]
    assert (model.name, model.formula, model.year) == ("log(cost)", "log(cost) ~ trust*norm | body", 2025)
    pairs = "version = 1\n[[model]]\noutcome = 'y'\non = ['a', 'b']\ninteract = ['a : b']"
    assert Study.open(write(tmp_path, pairs)).settings.models[0].interactions == (("a", "b"),)


def test_a_folder_without_study_file_is_an_error(tmp_path):
    with pytest.raises(StudyError, match=r"holds no study\.toml"):
        Study.open(tmp_path)
    assert Study.open(tmp_path, required=False).settings.instrument == "kad"


def test_paths_are_relative_to_the_study_file(study_folder):
    settings = Study.open(study_folder).settings
    assert [file.path for file in settings.data] == [study_folder / "officials.xlsx", study_folder / "ngos.xlsx"]
    assert [file.group for file in settings.data] == ["official", "ngo"]
    assert settings.bodies == study_folder / "bodies.xlsx"
    assert [model.name for model in settings.models] == ["cost", "effectiveness", "burden"]


def test_two_files_of_one_group_are_both_read(study_folder):
    shutil.copy(study_folder / "ngos.xlsx", study_folder / "more.xlsx")
    write(
        study_folder, "version = 1\n[[data]]\nfile='ngos.xlsx'\ngroup='ngo'\n[[data]]\nfile='more.xlsx'\ngroup='ngo'\n"
    )
    assert len(Study.open(study_folder).responses.data) == 626


def test_errors_in_the_data_stop_scoring_and_are_listed(study_folder):
    shutil.copy(study_folder / "ngos.xlsx", study_folder / "more.xlsx")
    write(
        study_folder, "version = 1\n[[data]]\nfile='ngos.xlsx'\ngroup='ngo'\n[[data]]\nfile='more.xlsx'\ngroup='ngo'\n"
    )
    study = Study.open(study_folder)
    assert study.check().status == 1
    with pytest.raises(DataFindingsError, match=r"more\.xlsx"):
        study.score()
    assert not (study_folder / "results").exists()


def test_a_model_is_found_by_its_name_or_outcome(study_folder):
    study = Study.open(study_folder)
    assert study.regress("effectiveness").results["regression"].outcome == "effectiveness"
    with pytest.raises(ArgumentError, match="at least one predictor"):
        study.regress("marker")
    with pytest.raises(ArgumentError, match="no variable 'trsut'"):
        study.regress("cost", on=["trsut"])


def test_the_seed_gives_the_same_numbers(study_folder):
    first, second = (Study.open(study_folder).indices for _ in range(2))
    assert first.respondents.equals(second.respondents)


def test_the_public_names_exist():
    import kadsurvey

    for name in kadsurvey.__all__:
        assert getattr(kadsurvey, name) is not None
    with pytest.raises(AttributeError, match="'scores'"):
        kadsurvey.scores  # noqa: B018
