"""The README shows what the program prints: its help is compared word by word, its commands are run by .ci/run."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from kadsurvey.cli.commands import COMMANDS
from kadsurvey.cli.main import main

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"<!-- help: kadsurvey(.*?) -->\n```text\n(.*?)```", README, flags=re.DOTALL)


@pytest.mark.parametrize(("words", "shown"), BLOCKS, ids=[words.strip() or "kadsurvey" for words, _ in BLOCKS])
def test_the_help_in_the_readme_is_the_programs(words, shown, monkeypatch):
    monkeypatch.setenv("KADSURVEY_LANG", "en")
    # Of a terminal of 80 columns click leaves two free.
    printed = CliRunner().invoke(main, [*words.split(), "--help"], prog_name="kadsurvey", terminal_width=78).output
    assert shown.strip() == printed.strip()


def test_commands_are_documented():
    assert len(BLOCKS) >= 3
    for name in COMMANDS:
        assert f"kadsurvey {name}" in README


def test_the_two_commands_stand_between_their_markers():
    block = re.search(r"<!-- ci: begin -->\n```sh\n(.*?)```\n<!-- ci: end -->", README, flags=re.DOTALL)
    assert block is not None
    assert block[1].splitlines() == ["pip install . && kadsurvey demo", 'pip install ".[test]" && pytest']
