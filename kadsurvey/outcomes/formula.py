"""A model in one line, ``outcome ~ a + b + a:b | body``, as the names that a model is made of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kadsurvey.errors import ArgumentError
from kadsurvey.outcomes.transforms import column_of

if TYPE_CHECKING:
    from formulaic.parser.types import Term

_SQUARE = re.compile(r"^I\(\s*(\w+)\s*\*\*\s*2\s*\)$")


@dataclass(frozen=True, slots=True)
class Formula:
    """What a formula says.

    Attributes
    ----------
    outcome : str
    predictors : tuple of str
    interactions : tuple of pairs of str
    fixed : bool
        Whether it asks for an intercept a body.
    """

    outcome: str
    predictors: tuple[str, ...]
    interactions: tuple[tuple[str, str], ...]
    fixed: bool


def read_formula(text: str) -> Formula:
    """Read a formula.

    Parameters
    ----------
    text : str
        ``outcome ~ terms``, with ``+``, ``-``, ``:``, ``*``, ``(a + b)**2``, and the functions of
        `kadsurvey.outcomes.transforms`; ``| body`` (or ``| body + year``) at its end asks for body fixed effects. The
        model always has an intercept.

    Raises
    ------
    ArgumentError
        If it is no formula, or asks for what a model here cannot have.

    Examples
    --------
    >>> found = read_formula("log(cost_realised) ~ trust * mandatory")
    >>> found.outcome, found.predictors, found.interactions
    ('log(cost_realised)', ('trust', 'mandatory'), (('trust', 'mandatory'),))
    """
    # formulaic only splits the line into terms here; it never sees data, and its `eval` is not used.
    from formulaic.errors import FormulaicError
    from formulaic.parser import DefaultFormulaParser

    line, _, absorbed = text.partition("|")
    try:
        parts = DefaultFormulaParser(include_intercept=True).get_terms(line)
        left, right = list(parts.lhs), list(parts.rhs)
    except (FormulaicError, SyntaxError, AttributeError, ValueError) as err:
        raise ArgumentError("outcomes.not_a_formula", formula=text, reason=" ".join(str(err).split())) from err
    if len(left) != 1 or len(left[0].factors) != 1:
        raise ArgumentError("outcomes.formula_outcome", formula=text)
    if not any(str(term) == "1" for term in right):
        raise ArgumentError("outcomes.formula_without_intercept", formula=text)
    terms = [_names(term) for term in right if str(term) != "1"]
    if large := [":".join(names) for names in terms if len(names) > 2]:
        raise ArgumentError("outcomes.formula_of_three", terms=large)
    alone = [names[0] for names in terms if len(names) == 1]
    pairs = [(names[0], names[1]) for names in terms if len(names) == 2]
    return Formula(_names(left[0])[0], tuple(alone), tuple(pairs), _is_fixed(absorbed, text))


def _names(term: Term) -> tuple[str, ...]:
    names = tuple(_name(factor.expr) for factor in term.factors)
    for name in names:
        column_of(name)  # an unknown function is said before anything is read
    return names


def _name(expression: str) -> str:
    square = _SQUARE.match(expression)
    return f"square({square[1]})" if square else expression


def _is_fixed(absorbed: str, formula: str) -> bool:
    names = [part.strip() for part in absorbed.split("+") if part.strip()]
    if names and (names[0] != "body" or set(names) - {"body", "year"}):
        raise ArgumentError("outcomes.formula_absorbs", formula=formula)
    return bool(names)
