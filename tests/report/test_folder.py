import json
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
