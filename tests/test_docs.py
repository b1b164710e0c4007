"""The examples of the README and of ``docs/`` run, page by page in a copy of the sample study, and print what is shown.

Blocks of ``python`` on a page share their names; a block of ``text`` right behind one is what it prints. Blocks of
``console`` hold commands behind ``$`` and what they print. Of shown lines ``...`` stands for any, and tables may be
shown without their last columns. ``<!-- example: options only -->`` above a block marks commands that take long: their
words are parsed, and nothing is run.
"""

import contextlib
import io
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import kadsurvey
from kadsurvey.cli.main import main

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(
    r"(?P<mark><!-- example: options only -->\n)?^```(?P<kind>python|console|sh)\n(?P<body>.*?)^```$"
    r"(?:\n+```text\n(?P<shown>.*?)^```$)?",
    flags=re.DOTALL | re.MULTILINE,
)
# One worker: the pages share what Python has imported.
pytestmark = pytest.mark.xdist_group("docs")


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_the_examples_run_and_print_what_is_shown(page, study_folder, monkeypatch):
    monkeypatch.chdir(study_folder)
    monkeypatch.setenv("KADSURVEY_LANG", "en")
    names = {}
    for block in BLOCK.finditer(page.read_text(encoding="utf-8")):
        if block["kind"] == "python":
            _shows(_printed(block["body"], names), block["shown"] or "...")
        elif block["kind"] == "console":
            for words, shown in _commands(block["body"]):
                if block["mark"]:
                    _parsed(words)
                else:
                    _shows(_run(words), shown)


def test_every_shell_block_is_one_that_is_run():
    """Commands of the program stand in ``console`` blocks; ``sh`` is for those of others."""
    for page in PAGES:
        for block in BLOCK.finditer(page.read_text(encoding="utf-8")):
            if block["kind"] == "sh":
                lines = block["body"].splitlines()
                assert not [line for line in lines if line.startswith(("kadsurvey ", "$ kadsurvey "))], page


def test_every_public_name_has_its_page():
    pages = "".join(page.read_text(encoding="utf-8") for page in (ROOT / "docs" / "api").glob("*.md"))
    documented = re.findall(r"^\.\. auto\w+:: kadsurvey\.[\w.]+\.(\w+)$", pages, flags=re.MULTILINE)
    assert sorted(documented) == sorted(set(kadsurvey.__all__) - {"__version__"})


def test_every_page_but_the_index_is_linked_from_an_index():
    """Sphinx says so too, but only where it is installed."""
    docs = ROOT / "docs"
    listed = set()
    for page in docs.rglob("*.md"):
        for tree in re.findall(r"^```\{toctree\}\n(.*?)^```$", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE):
            entries = [line for line in tree.splitlines() if line and not line.startswith(":")]
            named = [re.sub(r".*<(.*)>", r"\1", entry) for entry in entries]
            listed |= {(page.parent / name).with_suffix(".md").resolve() for name in named}
    assert listed == {page.resolve() for page in docs.rglob("*.md")} - {(docs / "index.md").resolve()}


def test_the_diagram_names_the_packages_there_are():
    text = (ROOT / "docs" / "contributing.md").read_text(encoding="utf-8")
    packages = [path.parent.name for path in (ROOT / "kadsurvey").glob("*/__init__.py")]
    assert len(packages) > 10
    assert not [name for name in packages if f"`{name}/`" not in text]


def test_examples_that_print_something_else_are_found():
    with pytest.raises(AssertionError, match="is not printed"):
        _shows("a\nb\n", "a\nc\n")
    with pytest.raises(AssertionError, match="is not printed"):
        _shows("a\nb\nc\n", "a\nc\n")
    _shows("x\na   1   2\nb\nc\n", "...\na   1\n...\nc\n")


def _commands(body):
    """Yield the words of each command and what is shown below it."""
    for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
        command, _, shown = part.replace("\\\n", "").partition("\n")
        words = shlex.split(command, comments=True)
        if words[0] == "cd":
            continue
        assert words[0] in ("kadsurvey", "python"), command
        yield words, shown if shown.strip() else "..."


def _run(words):
    if words[0] == "python":
        done = subprocess.run([sys.executable, *words[1:]], cwd=ROOT, capture_output=True, text=True, check=True)
        return done.stdout
    result = CliRunner().invoke(main, words[1:], prog_name="kadsurvey")
    assert result.exit_code == 0, result.output
    return result.output


def _parsed(words):
    if words[0] == "python":
        assert Path(ROOT, *words[2].split(".")).with_suffix(".py").is_file()
        return
    command, name, rest = main, "kadsurvey", words[1:]
    while isinstance(command, click.Group):
        name, command, rest = command.resolve_command(click.Context(command, info_name=name), rest)
    command.make_context(name, list(rest))


def _printed(source, names):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(source, "<example>", "exec"), names)
    return out.getvalue()


def _shows(printed, shown):
    """Hold what is printed against what is shown, line by line."""
    lines, at, skipping = printed.rstrip().splitlines(), 0, False
    for line in (line.rstrip() for line in shown.rstrip().splitlines()):
        if line.strip() == "...":
            skipping = True
            continue
        found = next((place for place in range(at, len(lines)) if _same(lines[place], line)), None)
        assert found is not None, f"{line!r} is not printed, but:\n{printed}"
        assert skipping or found == at, f"{line!r} is not printed there, but after {lines[at]!r}"
        at, skipping = found + 1, False


def _same(printed, shown):
    printed = printed.rstrip()
    rest = printed.removeprefix(shown)
    # A table may be shown without its last columns: what is left out begins with a gap, or goes on with its line.
    return printed.startswith(shown) and (not rest or (shown != "" and (rest.startswith("  ") or shown[-1] == "─")))
