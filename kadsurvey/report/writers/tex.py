"""A report as LaTeX: for the article class and for APA7, compiled with pdflatex twice and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, TypeAlias

from kadsurvey.language.text import Language, Text, render
from kadsurvey.report.document import Block, Document, Figure, Part, Pictures, Prose
from kadsurvey.report.references import apa_text
from kadsurvey.report.table import Table
from kadsurvey.report.writers.captions import joined
from kadsurvey.report.writers.layout import fit_table
from kadsurvey.report.writers.tex_table import PADDING, notes_lines, tex_table
from kadsurvey.report.writers.tex_text import tex_italics, tex_text

TexStyle: TypeAlias = Literal["article", "apa7"]

_NOT_IN_LABEL = re.compile(r"[^A-Za-z0-9:.+-]")
_TEXT = {"article": (452.0, 700.0), "apa7": (433.0, 614.0)}
"""Points of text on a sheet of A4, upright and across: with margins of an inch, and those of APA7."""
_SIZES = (10.0, 9.0, 8.0, 7.0, 6.0)
_LOOSENESS = 1.12  # Computer Modern and Latin Modern are wider than Times
_CLASSES = {
    "article": r"\documentclass[11pt,a4paper]{article}",
    "apa7": r"\documentclass[doc,a4paper,11pt]{apa7}",
}
_LANGUAGES = {"en": "english", "id": "indonesian"}
_PREAMBLE = r"""\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage{textcomp}
\IfFileExists{lmodern.sty}{\usepackage{lmodern}}{}
\usepackage{array,booktabs,longtable,lscape,graphicx}
"""
_GEOMETRY = r"""\usepackage[margin=1in]{geometry}
\usepackage[hidelinks]{hyperref}
"""
_COMMANDS = r"""\makeatletter
\newenvironment{kadfigure}{\par\bigskip\noindent\begin{minipage}{\linewidth}\def\@captype{figure}}{\end{minipage}\par\bigskip}
\newenvironment{kadnotes}{\par\footnotesize\raggedright\setlength{\parindent}{0pt}}{\par\bigskip}
\renewcommand{\@biblabel}[1]{}
\makeatother
\setlength{\emergencystretch}{3em}
"""


def write_tex(
    document: Document,
    path: Path,
    *,
    lang: Language,
    pictures: Pictures,
    figures: str = "figures",
    suffix: str = "",
    style: TexStyle = "article",
) -> None:
    """Write a report as one LaTeX file.

    Debian's texlive-latex-base and texlive-latex-recommended compile it as an article; APA7 also needs
    texlive-publishers and texlive-latex-extra.

    Parameters
    ----------
    document : Document
    path : Path
    lang : {"id", "en"}
    pictures : mapping of str to Picture
        The figures as drawn in this language.
    figures : str
        Folder of the figures' files, as seen from this file.
    suffix : str
        What stands between a figure's key and ``.png`` in the name of its file.
    style : {"article", "apa7"}
        Class of the document.

    Raises
    ------
    KeyError
        If a figure has no picture, or a paragraph refers to what is not in the document.
    """
    writer = _Writer(document, lang, pictures, f"{figures}/", suffix, style)
    path.write_text("\n".join(writer.lines()) + "\n", encoding="utf-8", newline="\n")


class _Writer:
    """Puts a report's parts into lines of LaTeX."""

    def __init__(
        self, document: Document, lang: Language, pictures: Pictures, figures: str, suffix: str, style: TexStyle
    ) -> None:
        self._document, self._lang, self._pictures = document, lang, pictures
        self._figures, self._suffix, self._style = figures, suffix, style
        self._upright, self._across = _TEXT[style]
        self._numbers = document.numbers()

    def lines(self) -> Iterator[str]:
        title = tex_text(render(self._document.title, self._lang))
        yield _CLASSES[self._style]
        yield from self._preamble()
        yield rf"\title{{{title}}}"
        if self._style == "apa7":
            # The class asks for these, and stops without them.
            yield r"\shorttitle{}\authorsnames{~}\authorsaffiliations{{}}\leftheader{}"
        else:
            yield r"\author{}\date{}"
        yield "\\begin{document}\n\\maketitle"
        for line in self._document.lines:
            yield rf"\noindent {tex_text(render(line, self._lang))}\par"
        yield r"\tableofcontents"
        for part in self._document.parts:
            yield from self._part(part)
        yield from self._references()
        yield r"\end{document}"

    def _preamble(self) -> Iterator[str]:
        yield _PREAMBLE.rstrip("\n")
        name = _LANGUAGES[self._lang]
        if self._lang == "en":
            yield rf"\usepackage[{name}]{{babel}}"
        else:
            # From babel's own table of languages: the older file needs a package of its own.
            yield "\\usepackage{babel}\n" + rf"\babelprovide[import=id,main]{{{name}}}"
        if self._style == "article":
            yield _GEOMETRY.rstrip("\n")
        else:
            # The class loads hyperref itself, with frames around links.
            yield r"\AtBeginDocument{\hypersetup{hidelinks}}"
        yield _COMMANDS.rstrip("\n")

    def _part(self, part: Part) -> Iterator[str]:
        yield f"\n\\section{{{tex_text(render(part.title, self._lang))}}}\\label{{{_label('part', part.key)}}}"
        if part.absent is not None:
            reason = Text("report.part_absent", {"reason": part.absent}).render(self._lang)
            yield rf"\emph{{{tex_text(reason)}}}\par"
        for block in part.blocks:
            yield ""
            yield from self._block(block)

    def _block(self, block: Block) -> Iterator[str]:
        match block:
            case Prose():
                yield self._prose(block)
            case Table():
                layout = fit_table(
                    block, self._lang, upright=self._upright, across=self._across, sizes=_SIZES, padding=PADDING,
                    looseness=_LOOSENESS,
                )  # fmt: skip
                yield from tex_table(block, layout, self._lang, label=self._label_of(block.key))
            case Figure():
                yield from self._figure(block)

    def _prose(self, prose: Prose) -> str:
        text = tex_text(joined(prose.sentences, self._lang))
        if prose.refers:
            text += f" ({', '.join(map(self._named, prose.refers))})"
        # Without effect on the list below, and what a bibliography made from references.bib would hold.
        return text + (rf"\nocite{{{','.join(prose.cites)}}}" if prose.cites else "")

    def _named(self, key: str) -> str:
        """Return a table's or figure's name, its number counted by LaTeX."""
        kind, _ = self._numbers[key]
        before, _, after = Text(f"report.{kind}_number", {"number": "#"}).render(self._lang).partition("#")
        return rf"{tex_text(f'{before}.')[:-1].rstrip()}~\ref{{{self._label_of(key)}}}{tex_text(after)}"

    def _figure(self, figure: Figure) -> Iterator[str]:
        width = self._pictures[figure.key].width
        alt = tex_text(render(figure.alt, self._lang))
        yield r"\begin{kadfigure}"
        yield rf"\caption{{{tex_text(render(figure.title, self._lang))}}}\label{{{self._label_of(figure.key)}}}"
        size = r"\linewidth" if width * 72.27 > self._upright else f"{width:g}in"
        file = f"{self._figures}{figure.key}{self._suffix}.png"
        yield rf"\includegraphics[width={size},height=0.8\textheight,keepaspectratio,alt={{{alt}}}]{{{file}}}"
        yield from notes_lines(figure.notes, self._lang)
        yield r"\end{kadfigure}"

    def _references(self) -> Iterator[str]:
        if not self._document.references:
            return
        title = tex_text(Text("report.references").render(self._lang))
        yield rf"\renewcommand{{\refname}}{{{title}}}"
        yield r"\begin{thebibliography}{}\setlength{\itemsep}{2pt}"
        yield rf"\addcontentsline{{toc}}{{section}}{{{title}}}"
        for reference in self._document.references:
            yield rf"\bibitem{{{reference.key}}} {tex_italics(apa_text(reference, self._lang))}"
        yield r"\end{thebibliography}"

    def _label_of(self, key: str) -> str:
        return _label(self._numbers[key][0], key)


def _label(kind: str, key: str) -> str:
    return f"{kind}:{_NOT_IN_LABEL.sub('-', key)}"
