"""What becomes of broken and hostile files? ``python -m benchmarks.fuzz [FILES] [KILLS]`` prints the tables.

``python -m benchmarks.fuzz READER SEED FILE`` makes one of the files again.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

from tests.fuzz.kills import OUTPUTS, Kill, kill
from tests.fuzz.pool import MEGABYTES, SECONDS, Trial, changed_file, run
from tests.fuzz.readers import READERS

FILES = 10_000
KILLS = 200
FIRST_SEED = 0
INTRODUCTION = """\
Each file begins as a whole one - of a survey program, of the bundled study, or a table that hypothesis draws - and is
changed one to five times: bits and bytes, numbers at the limits of their types, pieces cut off, taken out, repeated,
moved, or put in from another file; words and values of texts; and the parts of zip files unpacked, changed and packed
again, so that the change reaches the XML. One in twenty is left as it is. It is read in a child process of its own."""
OUTCOMES = """\
*read*: without a word. *warned*: with findings that are warnings or errors. *refused*: with a message in both
languages, which names no folder. *failure*: anything else - a traceback, a warning of another program, more than
{seconds:.0f} seconds, more than {megabytes:.0f} MB, or a process that died. Megabytes are those of the whole process,
of which Python and its libraries take about 250."""
KILLED = """\
A run writes its outputs over those of an earlier one, and is killed (SIGKILL) at a line of Python that its seed draws:
a third anywhere, a third around the lines at which files are opened, and a third around those at which they are moved
into their place. *lost*: files that are neither as before nor as they should be. *refused*: next runs that did not
recognise the folder as the program's own, left temporary files, or listed other files than there are. *score* is model,
table and workbook; *report* all documents, figures and references; *forms* workbooks, codebook and study.toml."""


def main(files: int, kills: int) -> None:
    """Print the tables as Markdown."""
    print(f"# What becomes of broken and hostile files\n\n{INTRODUCTION}\n")
    print(OUTCOMES.format(seconds=SECONDS, megabytes=MEGABYTES) + "\n")
    names = list(READERS)
    seeds = FIRST_SEED + -(-files // len(names))
    trials = [(reader, seed) for seed in range(FIRST_SEED, seeds) for reader in names][:files]
    found = list(run(trials, children=2))
    print(f"## {files:,} files\n\n{table(found)}\n")
    failures = sorted((trial for trial in found if trial.outcome == "failure"), key=lambda trial: trial.reader)
    print("\n".join(f"- {trial.reader}, seed {trial.seed}: {trial.detail}" for trial in failures) or "No failures.")
    print(
        f"\nA file is made again by `python -m benchmarks.fuzz READER SEED FILE`; seeds {FIRST_SEED} to {seeds - 1}.\n"
    )
    shares = {"score": 0.5, "report": 0.35, "forms": 0.15}
    killed = [kill(name, seed) for name, share in shares.items() for seed in range(round(kills * share))]
    print(f"## {len(killed)} kills during writing\n\n{KILLED}\n\n{kill_table(killed)}\n")
    print("Made by `python -m benchmarks.fuzz`.")


def table(found: Sequence[Trial]) -> str:
    """Return how many files of each reader had which outcome."""
    lines = [
        "| reader | files | read | warned | refused | failure | slowest (s) | most memory (MB) |",
        "|---" * 8 + "|",
    ]
    groups: dict[str, list[Trial]] = defaultdict(list)
    for trial in found:
        groups[trial.reader].append(trial)
    for name, trials in [*((name, groups[name]) for name in READERS if name in groups), ("all", list(found))]:
        counts = Counter(trial.outcome for trial in trials)
        numbers = [len(trials), counts["read"], counts["warnings"], counts["refused"], counts["failure"]]
        slowest, largest = max(trial.seconds for trial in trials), max(trial.megabytes for trial in trials)
        cells = [name, *(f"{number:,}" for number in numbers), f"{slowest:.2f}", f"{largest:.0f}"]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def kill_table(found: Sequence[Kill]) -> str:
    """Return what the killed runs of each command left."""
    lines = ["| outputs | kills | all old | all new | some of each | with temporary files | files lost | refused |"]
    lines.append("|---" * 8 + "|")
    for name in [*OUTPUTS, "all"]:
        kills = [part for part in found if name in (part.outputs, "all")]
        states = Counter(part.state for part in kills)
        numbers = [len(kills), states["old"], states["new"], states["some of each"]]
        numbers += [sum(part.left_over > 0 for part in kills), sum(len(part.lost) for part in kills)]
        numbers.append(sum(part.problem != "" for part in kills))
        lines.append(f"| {' | '.join([name, *map(str, numbers)])} |")
    return "\n".join(lines)


if __name__ == "__main__":
    arguments = sys.argv[1:]
    if arguments and arguments[0] in READERS:
        Path(arguments[2]).write_bytes(changed_file(arguments[0], int(arguments[1])))
    else:
        given = [int(argument) for argument in arguments]
        main(*given, *(FILES, KILLS)[len(given) :])
