"""What the shell offers: the right names, in the user's language, without what takes long to import."""

import os
import subprocess
import sys

import pytest

HEAVY = ("pandas", "numpy", "scipy", "pydantic", "rich", "openpyxl")
COMPLETE = f"""
import sys
from kadsurvey.cli.main import main
try:
    main(prog_name="kadsurvey")
except SystemExit:
    pass
print("LOADED", [name for name in {HEAVY} if name in sys.modules])
print("COMMANDS", [name for name in sys.modules if name.startswith("kadsurvey.cli.")])
"""


def completed(line, *, shell="bash", lang="en"):
    """Return what is offered behind a line, its last word half written, and the modules loaded for it."""
    words = line.split(" ")
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(sys.path),
        "KADSURVEY_LANG": lang,
        "_KADSURVEY_COMPLETE": f"{shell}_complete",
        # bash and zsh give the words and the number of the last, fish the last word by itself.
        "COMP_WORDS": line,
        "COMP_CWORD": words[-1] if shell == "fish" else str(len(words) - 1),
    }
    done = subprocess.run([sys.executable, "-c", COMPLETE], capture_output=True, text=True, env=environment, check=True)
    *offered, heavy, commands = done.stdout.splitlines()
    assert heavy == "LOADED []"
    return [line for line in offered if line], commands


@pytest.mark.parametrize("lang", ["en", "id"])
def test_a_command_is_completed_from_the_table(lang):
    offered, loaded = completed("kadsurvey sc", lang=lang)
    assert offered == ["plain,score"]
    assert "kadsurvey.cli.score" not in loaded


def test_commands_are_offered_in_the_users_language():
    (english,), _ = completed("kadsurvey sc", shell="fish")
    (indonesian,), _ = completed("kadsurvey sc", shell="fish", lang="id")
    assert english.split("\t")[-1] == "Trust, norm and network indices per respondent and body."
    assert indonesian.split("\t")[-1] == "Indeks kepercayaan, norma, dan jaringan per responden dan lembaga."


def test_the_language_of_the_line_counts():
    offered, _ = completed("kadsurvey --lang id sc", shell="fish")
    assert "Indeks kepercayaan" in offered[0]


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("kadsurvey validate --by", ["plain,--by"]),
        ("kadsurvey validate --con", ["plain,--construct"]),
        ("kadsurvey validate --correlation p", ["plain,polychoric", "plain,pearson"]),
        ("kadsurvey check --drop straightlining,sp", ["plain,straightlining,speeding"]),
        ("kadsurvey instrument ex", ["plain,export"]),
        ("kadsurvey instrument show kad-", ["file,kad-", "plain,kad-short"]),
        ("kadsurvey score -i kad-", ["file,kad-", "plain,kad-short"]),
        ("kadsurvey explain ome", ["plain,omega"]),
        ("kadsurvey explain --findings ingest.duplicate_i", ["plain,ingest.duplicate_id"]),
        ("kadsurvey check answers", ["file,answers"]),
        ("kadsurvey no-such-command x", []),
    ],
)
def test_options_and_values_are_completed(line, offered):
    assert completed(line)[0] == offered


def test_options_are_explained_in_the_users_language():
    (offered,), _ = completed("kadsurvey validate --by", shell="fish", lang="id")
    (english,), _ = completed("kadsurvey validate --by", shell="fish")
    assert offered.startswith("plain,--by\t")
    assert offered != english
    assert "cli." not in offered


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_a_shell_is_printed(shell):
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(sys.path),
        "_KADSURVEY_COMPLETE": f"{shell}_source",
    }
    code = "from kadsurvey.cli.main import main\nmain(prog_name='kadsurvey')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert done.returncode == 0
    assert "_KADSURVEY_COMPLETE" in done.stdout
