import json
import os
from pathlib import Path

import pytest

from kadsurvey.errors import OutputError
from kadsurvey.report.writers.folder import MANIFEST, file_hash, write_files


def text_writer(text):
    return lambda path: path.write_text(text, encoding="utf-8")


def names(folder: Path):
    return sorted(path.name for path in folder.iterdir())


def test_files_and_their_hashes_are_written(tmp_path):
    paths = write_files(tmp_path / "out", {"a.txt": text_writer("a"), "b.txt": text_writer("b")})
    assert [path.read_text() for path in paths] == ["a", "b"]
    listed = json.loads((tmp_path / "out" / MANIFEST).read_text())["files"]
    assert listed == {path.name: file_hash(path) for path in paths}


def test_own_unchanged_file_is_replaced(tmp_path):
    write_files(tmp_path, {"a.txt": text_writer("first")})
    write_files(tmp_path, {"a.txt": text_writer("second")})
    assert (tmp_path / "a.txt").read_text() == "second"


@pytest.mark.parametrize("listed", [True, False], ids=["changed by hand", "never ours"])
def test_a_file_of_the_user_is_left_alone(tmp_path, listed):
    if listed:
        write_files(tmp_path, {"a.txt": text_writer("ours")})
    (tmp_path / "a.txt").write_text("the user's")
    with pytest.raises(OutputError, match=r"already is a\.txt"):
        write_files(tmp_path, {"a.txt": text_writer("ours"), "b.txt": text_writer("b")})
    assert (tmp_path / "a.txt").read_text() == "the user's"
    assert not (tmp_path / "b.txt").exists()
    write_files(tmp_path, {"a.txt": text_writer("forced")}, force=True)
    assert (tmp_path / "a.txt").read_text() == "forced"


def test_a_failing_writer_leaves_nothing_behind(tmp_path):
    def fails(path):
        path.write_text("half")
        raise OSError(28, "No space left on device", str(path))

    write_files(tmp_path, {"a.txt": text_writer("whole")})
    with pytest.raises(OutputError, match="No space left"):
        write_files(tmp_path, {"a.txt": text_writer("new"), "b.txt": fails})
    assert names(tmp_path) == ["a.txt", MANIFEST]
    assert (tmp_path / "a.txt").read_text() == "whole"


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="Folder 'out' cannot be made"):
        write_files(tmp_path / "file" / "out", {"a.txt": text_writer("a")})


def test_what_a_killed_run_had_replaced_is_still_its_own(tmp_path, monkeypatch):
    names_of = {"a.txt": text_writer("new a"), "b.txt": text_writer("new b")}
    write_files(tmp_path, {"a.txt": text_writer("old a"), "b.txt": text_writer("old b")})
    replace, moved = os.replace, []

    def killed(source, target):
        moved.append(Path(target).name)
        if moved == [MANIFEST, "a.txt", "b.txt"]:
            raise KeyboardInterrupt
        replace(source, target)

    monkeypatch.setattr(os, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        write_files(tmp_path, names_of)
    monkeypatch.undo()
    assert [(tmp_path / name).read_text() for name in names_of] == ["new a", "old b"]
    write_files(tmp_path, {"a.txt": text_writer("third a"), "b.txt": text_writer("third b")})
    assert [(tmp_path / name).read_text() for name in names_of] == ["third a", "third b"]
    assert "coming" not in json.loads((tmp_path / MANIFEST).read_text())


def test_a_file_that_only_bears_the_name_of_what_was_coming_is_left_alone(tmp_path):
    (tmp_path / MANIFEST).write_text(json.dumps({"files": {}, "coming": {"a.txt": "0" * 64}}))
    (tmp_path / "a.txt").write_text("the user's")
    with pytest.raises(OutputError, match=r"already is a\.txt"):
        write_files(tmp_path, {"a.txt": text_writer("ours")})


def test_temporary_files_of_killed_runs_are_removed_and_nothing_else(tmp_path):
    old, new, others = ".0123abcd-a.txt", ".89abcdef-a.txt", (".0123abcd-b.txt", ".hidden-a.txt", "0123abcd-a.txt")
    for name in (old, new, *others):
        (tmp_path / name).write_text("half")
    for name in (old, *others):
        os.utime(tmp_path / name, (0, 0))
    write_files(tmp_path, {"a.txt": text_writer("whole")})
    # The new one may be of a run at work beside this one; the others are not of this program, or not of this file.
    assert names(tmp_path) == sorted([new, *others, "a.txt", MANIFEST])


@pytest.mark.parametrize(
    "content", ["[" * 100_000, '{"files": [1]}', '{"files": {"../../x": "0"}, "coming": 3}', "\x00", '{"files":']
)
def test_a_manifest_that_is_not_ours_is_no_reason_to_fail(tmp_path, content):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / MANIFEST).write_text(content)
    write_files(tmp_path / "out", {"a.txt": text_writer("a")})
    assert names(tmp_path) == ["out"]
    assert names(tmp_path / "out") == ["a.txt", MANIFEST]
