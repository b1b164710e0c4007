"""A report to a folder: its document in every format and language asked for, figures and references beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, TypeAlias, get_args

from kadsurvey.cores import each
from kadsurvey.language.text import LANGUAGES, Language, Text
from kadsurvey.report.document import Document, Figure, Picture, Pictures, Progress
from kadsurvey.report.writers.folder import write_files

TexStyle: TypeAlias = Literal["article", "apa7"]
Format: TypeAlias = Literal["xlsx", "docx", "html", "tex", "md"]
FORMATS: tuple[Format, ...] = get_args(Format)
STEMS: Mapping[Language, str] = {"id": "laporan", "en": "report"}
"""What the report is called in each language, so that both fit in one folder."""
FIGURES = "figures"
REFERENCES = "references.bib"


def document_names(formats: Sequence[Format], languages: Sequence[Language]) -> list[str]:
    """Return the files of a report, without its figures, in their order."""
    return [*(f"{STEMS[lang]}.{kind}" for kind in formats for lang in languages), REFERENCES]


Writer: TypeAlias = Callable[[Path], None]


def write_report(
    document: Document,
    directory: Path,
    *,
    formats: Sequence[Format] = FORMATS,
    languages: Sequence[Language] = LANGUAGES,
    template: Path | None = None,
    tex: TexStyle = "article",
    force: bool = False,
    about: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
) -> list[Path]:
    """Write a report.

    Parameters
    ----------
    document : Document
    directory : Path
        Made if it does not exist.
    formats : sequence of {"xlsx", "docx", "html", "tex", "md"}
    languages : sequence of {"id", "en"}
        ``laporan.*`` and ``report.*``; figures of a language end in ``-id`` or ``-en``.
    template : Path, optional
        A docx whose styles the docx takes.
    tex : {"article", "apa7"}
        The class of the LaTeX document.
    force : bool
        As `write_files`.
    about : mapping, optional
        What the manifest says beside the hashes of the files.
    progress : callable, optional
        Told before each file and drawing: its name, how many are done, how many there are.

    Returns
    -------
    list of Path
        The documents first, in the order of ``formats``, then references and figures.
    """
    pictures: dict[Language, dict[str, Picture]] = {lang: {} for lang in languages}
    figures = list(document.figures())
    total = len(languages) * (len(figures) + len(formats))
    done = 0

    def tell(label: Text) -> None:
        nonlocal done
        if progress is not None:
            progress(label, done, total)
        done += 1

    asked = [(figure, lang) for lang in languages for figure in figures]
    for (figure, lang), picture in zip(asked, each(_draw, asked), strict=True):
        tell(Text("report.drawing", {"figure": figure.title}))
        pictures[lang][figure.key] = picture
    tasks = [_Task(kind, document, lang, pictures[lang], template, tex) for kind in formats for lang in languages]
    writers: dict[str, Writer] = {}
    for task, content in zip(tasks, each(_made, tasks), strict=True):
        tell(Text("report.writing", {"file": task.name}))
        writers[task.name] = partial(_bytes, content)
    if document.references:
        from kadsurvey.report.references import bibtex

        writers[REFERENCES] = partial(_text, bibtex(document.references))
    for lang, drawn_in in pictures.items():
        for key, picture in drawn_in.items():
            writers[f"{FIGURES}/{key}-{lang}.svg"] = partial(_text, picture.svg + "\n")
            writers[f"{FIGURES}/{key}-{lang}.png"] = partial(_bytes, picture.png)
    return write_files(directory, writers, force=force, about=about)


def _draw(asked: tuple[Figure, Language]) -> Picture:
    figure, lang = asked
    return figure.draw(lang)


@dataclass(frozen=True, slots=True)
class _Task:
    """A document to be made."""

    kind: Format
    document: Document
    lang: Language
    pictures: Pictures
    template: Path | None
    tex: TexStyle

    @property
    def name(self) -> str:
        return f"{STEMS[self.lang]}.{self.kind}"


def _made(task: _Task) -> bytes:
    """Return a document as its file holds it."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / task.name
        _write(task, path)
        return path.read_bytes()


def _write(task: _Task, path: Path) -> None:
    document, lang, pictures = task.document, task.lang, task.pictures
    match task.kind:
        case "xlsx":
            from kadsurvey.report.writers.xlsx import write_workbook

            write_workbook(document, path, lang=lang, pictures=pictures)
        case "docx":
            from kadsurvey.report.writers.docx import write_docx

            write_docx(document, path, lang=lang, pictures=pictures, template=task.template)
        case "html":
            from kadsurvey.report.writers.html import write_html

            write_html(document, path, lang=lang, pictures=pictures)
        case "tex":
            from kadsurvey.report.writers.tex import write_tex

            suffix = f"-{lang}"
            write_tex(document, path, lang=lang, pictures=pictures, figures=FIGURES, suffix=suffix, style=task.tex)
        case "md":
            from kadsurvey.report.writers.markdown import write_markdown

            write_markdown(document, path, lang=lang, pictures=pictures, figures=FIGURES, suffix=f"-{lang}")


def _text(text: str, path: Path) -> None:
    path.write_text(text, encoding="utf-8")


def _bytes(content: bytes, path: Path) -> None:
    path.write_bytes(content)
