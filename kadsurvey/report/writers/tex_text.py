"""Text for LaTeX: its special signs as signs, signs that its usual faces lack in words or in maths."""

from __future__ import annotations

import unicodedata

_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "%": r"\%", "#": r"\#", "_": r"\_",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "|": r"\textbar{}", '"': r"\textquotedbl{}", "'": r"\textquotesingle{}", "`": r"\textasciigrave{}",
    # Two of these would become one dash.
    "-": r"-{}", "[": r"{[}", "]": r"{]}",
}  # fmt: skip
_SIGNS = {
    "–": "--", "—": "---", "…": r"\ldots{}", "“": "``", "”": "''", "‘": "`", "’": "'", "•": r"\textbullet{}",
    "−": r"\ensuremath{-}", "≤": r"\ensuremath{\leq}", "≥": r"\ensuremath{\geq}", "≠": r"\ensuremath{\neq}",
    "≈": r"\ensuremath{\approx}", "×": r"\ensuremath{\times}", "÷": r"\ensuremath{\div}", "±": r"\ensuremath{\pm}",
    "→": r"\ensuremath{\rightarrow}", "←": r"\ensuremath{\leftarrow}", "↔": r"\ensuremath{\leftrightarrow}",
    "·": r"\ensuremath{\cdot}", "√": r"\ensuremath{\surd}", "∑": r"\ensuremath{\sum}", "∞": r"\ensuremath{\infty}",
    "∈": r"\ensuremath{\in}", "°": r"\ensuremath{^{\circ}}", "²": r"\ensuremath{^{2}}", "³": r"\ensuremath{^{3}}",
    "¹": r"\ensuremath{^{1}}", "€": r"\texteuro{}", "™": r"\texttrademark{}", "\N{NO-BREAK SPACE}": "~",
}  # fmt: skip
_GREEK = {
    chr(code): rf"\ensuremath{{\{name}}}"
    for code, name in (
        (0x3B1, "alpha"), (0x3B2, "beta"), (0x3B3, "gamma"), (0x3B4, "delta"), (0x3B5, "epsilon"), (0x3B6, "zeta"),
        (0x3B7, "eta"), (0x3B8, "theta"), (0x3BA, "kappa"), (0x3BB, "lambda"), (0x3BC, "mu"), (0xB5, "mu"),
        (0x3BD, "nu"), (0x3BE, "xi"), (0x3C0, "pi"), (0x3C1, "rho"), (0x3C3, "sigma"), (0x3C4, "tau"),
        (0x3C6, "phi"), (0x3C7, "chi"), (0x3C8, "psi"), (0x3C9, "omega"), (0x393, "Gamma"), (0x394, "Delta"),
        (0x398, "Theta"), (0x39B, "Lambda"), (0x3A3, "Sigma"), (0x3A6, "Phi"), (0x3A8, "Psi"), (0x3A9, "Omega"),
    )
}  # fmt: skip
_KNOWN = _SPECIAL | _SIGNS | _GREEK
_IN_FACE = frozenset(
    "¡§©ª«®¶º»¿ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿĂăĄąĆćČčĎďĐđĘęĚěĞğİıĹĺĽľŁłŃńŇň"
    "ŐőŒœŔŕŘřŚśŞşŠšŢţŤťŮůŰűŸŹźŻżŽž"
)


def tex_text(text: str) -> str:
    r"""Return a text of which LaTeX takes nothing for a command; its lines become one.

    A sign that the usual faces lack is written without its marks or, if nothing is left of it, as its code.

    Examples
    --------
    >>> tex_text("50% of R&D")
    '50\\% of R\\&D'
    """
    return "".join(map(_sign, " ".join(text.split())))


def tex_italics(text: str) -> str:
    """Return a text in which what stands between asterisks is in italics."""
    pieces = [tex_text(f".{piece}.")[1:-1] for piece in text.split("*")]
    return "".join(rf"\emph{{{piece}}}" if place % 2 else piece for place, piece in enumerate(pieces))


def _sign(sign: str) -> str:
    if sign in _KNOWN:
        return _KNOWN[sign]
    if " " <= sign <= "~" or sign in _IN_FACE:
        return sign
    plain = "".join(part for part in unicodedata.normalize("NFKD", sign) if " " <= part <= "~")
    return "".join(_SPECIAL.get(part, part) for part in plain) or f"U+{ord(sign):04X}"
