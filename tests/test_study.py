import shutil
from dataclasses import replace

import openpyxl
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
        ("version = 1\n[screening]\nlongstring = 0.5", "no key 'screening.longstring'. Known here: missing"),
        (
            "version = 1\n[screening]\nstraightlinig = 0.5",
            "no key 'screening.straightlinig'. Known here: straightlining",
        ),
        (
            "version = 1\n[screening]\nstraightlining = 50",
            "'screening.straightlining' should be a number from 0 to 1, not 50",
        ),
        ("version = 1\n[screening]\nfewest_items = 7.5", "'screening.fewest_items' should be a number from 5 to 1000"),
        ("version = 1\n[screening]\nspeeding = true", "'screening.speeding' should be a number"),
        ("version = 1\n[[model]]\noutcome = 'cost'\nfamily = 'gamma'", "'model.family' is 'gamma'; it can be ols"),
        ("version = 1\n[[model]]\noutcome = 'y'\ninteract = ['a']", "'model.interact' holds 'a'"),
        ("version = 1\n[[model]]\noutcome = 'y'\ninference = 'hc9'", "'model.inference' is 'hc9'"),
        ("version = 1\n[efficiency]\nreturns = 'irs'", "'efficiency.returns' is 'irs'; it can be vrs, crs"),
        ("version = 1\n[efficiency]\ninput = ['a']", "no key 'efficiency.input'. Known here: inputs"),
        ("version = 1\ndialect = 'kobo2'", "'dialect' is 'kobo2'; it can be auto, kobo"),
        ("version = 1\nexclude_rejected = 'yes'", "'exclude_rejected' should be of type true/false, not yes"),
        ("version = ", "cannot be read"),
        pytest.param("version = " + "[" * 100_000, "nested without end", id="nested lists"),
        pytest.param("version = " + "{a=" * 100_000, "nested without end", id="nested tables"),
        pytest.param("version = " + "9" * 5000, "cannot be read", id="5,000 digits"),
        ("version = 1\nseed = -1", "'seed' should be a number from 0 to"),
        ("version = 1\n[score]\nmin_cell = -5", "'score.min_cell' should be a number from 0 to"),
        ('version = 1\n[[data]]\nfile = "a\\u0000b.csv"', "'data.file' holds a character that no file name may have"),
        ('version = 1\nout = "a\\u202eb"', "'out' holds a character"),
        ("version = 1\n[[model]]\noutcome = ''", "'model.outcome' is missing"),
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


def test_how_the_files_are_read_is_a_setting(tmp_path):
    settings = Study.open(write(tmp_path, "version = 1\ndialect = 'kobo'\nexclude_rejected = true")).settings
    assert (settings.dialect, settings.exclude_rejected) == ("kobo", True)
    defaults = Study.open(write(tmp_path, "version = 1")).settings
    assert (defaults.dialect, defaults.exclude_rejected) == ("auto", False)


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
    assert not list((study_folder / "results").glob("score*"))


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


def misspell(folder, file, place, value):
    """Write another value into a cell of a file of the study."""
    book = openpyxl.load_workbook(folder / file)
    sheet = book.worksheets[0]
    sheet[place] = value
    book.save(folder / file)


def accept_all(path, meant):
    """Answer every row of a mapping file with yes, where it proposes nothing with what is meant."""
    book = openpyxl.load_workbook(path)
    sheet = book["mapping"]
    names = {cell.value: cell.column for cell in sheet[1]}
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, names["accept"]).value = "ya"
        written = sheet.cell(row, names["as_written"]).value
        sheet.cell(row, names["meant"]).value = meant.get(written, sheet.cell(row, names["meant"]).value)
    book.save(path)


def codes(run):
    return [finding.code for finding in run.findings]


def test_misspellings_are_asked_about_and_settled_by_the_mapping_file(study_folder, tmp_path):
    name = openpyxl.load_workbook(study_folder / "bodies.xlsx").worksheets[0]["A2"].value
    misspell(study_folder, "bodies.xlsx", "A2", f"{name}a")
    misspell(study_folder, "bodies.xlsx", "G3", "1.250")
    out = tmp_path / "out"
    before = Study.open(study_folder).check(out=out)
    asked = [finding for finding in before.findings if finding.code == "ingest.mapping_proposed"]
    assert [(finding.severity, finding.params["file"], finding.params["count"]) for finding in asked] == [
        ("warning", "mapping.xlsx", 2)
    ]
    assert [path.name for path in before.files] == ["check.xlsx", "mapping.xlsx"]
    assert "ingest.body_spelt_otherwise" in codes(before)
    # Nothing is applied before it is accepted.
    (study_folder / "study.toml").write_text(
        f"mapping = '{out / 'mapping.xlsx'}'\n" + (study_folder / "study.toml").read_text()
    )
    unanswered = Study.open(study_folder).check(out=out)
    assert "ingest.mapping_unanswered" in codes(unanswered)
    assert "ingest.body_spelt_otherwise" in codes(unanswered)
    assert [path.name for path in unanswered.files] == ["check.xlsx"]
    accept_all(out / "mapping.xlsx", {"1.250": "1250000000"})
    study = Study.open(study_folder)
    after = study.check(out=out)
    assert not {"ingest.body_spelt_otherwise", "ingest.ambiguous_amount", "ingest.mapping_proposed"} & set(codes(after))
    assert study.bodies.data["cost_realised"].iloc[1] == 1.25e9
    assert name in study.bodies.names
    applied = [change.code for change in after.log if change.code.startswith("ingest.mapping")]
    assert applied == ["ingest.mapping_cells_read", "ingest.mapping_names_read"]


def test_answers_are_never_overwritten(study_folder, tmp_path):
    misspell(study_folder, "bodies.xlsx", "G3", "1.250")
    study = Study.open(study_folder)
    study.check(out=tmp_path)
    accept_all(tmp_path / "mapping.xlsx", {"1.250": "5"})
    answered = (tmp_path / "mapping.xlsx").read_bytes()
    for force in (False, True):
        assert "mapping-2.xlsx" in [
            path.name for path in Study.open(study_folder).check(out=tmp_path, force=force).files
        ]
    assert (tmp_path / "mapping.xlsx").read_bytes() == answered


def test_the_log_of_the_workbook_holds_every_cell_and_the_terminal_their_number(study_folder, tmp_path):
    run = Study.open(study_folder).check(out=tmp_path)
    sheet = openpyxl.load_workbook(tmp_path / "check.xlsx")["log"]
    cells = [row for row in sheet.iter_rows(values_only=True) if row[2] == "cost_planned"]
    assert len(cells) == 24
    assert cells[0][3:6] == ("F2", "Rp8.366.300.000", 8366300000)
    log = next(table for table in run.tables if table.key == "log")
    shown = [row.values for row in log.rows if row.values["column"] == "cost_planned"]
    assert [values["count"] for values in shown] == [24]


def test_a_meaning_that_stands_nowhere_stops_scoring(study_folder, tmp_path):
    mapping = tmp_path / "m.csv"
    mapping.write_text("kind,as_written,meant,accept\nbody,KAD Sintetis Angsana,KAD Lain,ya\n", encoding="utf-8")
    (study_folder / "study.toml").write_text(f"mapping = '{mapping}'\n" + (study_folder / "study.toml").read_text())
    study = Study.open(study_folder)
    assert study.check(out=tmp_path / "out").status == 1
    with pytest.raises(DataFindingsError, match=r"m\.csv: row 2: 'KAD Sintetis Angsana' is mapped to 'KAD Lain'"):
        study.score()


def test_body_data_are_read_without_a_survey(study_folder):
    study = Study.open(study_folder)
    alone = Study(replace(study.settings, data=()))
    assert len(alone.bodies.names) == 24


def test_a_workbook_leaves_out_the_scores_of_very_many(study_folder, monkeypatch):
    monkeypatch.setattr("kadsurvey.study.MOST_SCORES_IN_A_SHEET", 700)
    study = Study.open(study_folder)
    run = Study(replace(study.settings, method="mean")).score()
    assert "study.scores_in_csv_only" in [finding.code for finding in run.findings]
    sheets = openpyxl.load_workbook(study_folder / "results" / "score.xlsx", read_only=True).sheetnames
    assert "scores" not in sheets
    assert len((study_folder / "results" / "scores.csv").read_text(encoding="utf-8").splitlines()) > 700
