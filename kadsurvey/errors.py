"""What can go wrong: one tree of exceptions, each with a code of the catalogue and the parameters of its text."""

from __future__ import annotations

from kadsurvey.language.text import Language, Text


class KadsurveyError(Exception):
    """An error a user can do something about; ``str()`` is its English sentence.

    Attributes
    ----------
    code : str
        Key of the text in the catalogue.
    params : dict
        What the text names: file, sheet, cell, column, numbers.
    """

    def __init__(self, code: str, /, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params

    def render(self, lang: Language) -> str:
        """Return the sentence in one language."""
        return Text(self.code, self.params).render(lang)

    def __str__(self) -> str:
        return self.render("en")


class InstrumentError(KadsurveyError):
    """A questionnaire file that is not a valid instrument."""


class InputFileError(KadsurveyError):
    """A file that cannot be read, or does not hold what it should."""


class DataFindingsError(KadsurveyError):
    """Data with findings of severity ``error``, which stop what was asked."""


class StatisticsError(KadsurveyError):
    """Numbers from which the statistic cannot be computed."""


class DesignError(KadsurveyError):
    """A model that this design of study cannot answer."""


class StudyError(KadsurveyError):
    """A study folder or study.toml that is incomplete or contradicts itself."""


class OutputError(KadsurveyError):
    """A file that cannot be written, or must not be replaced."""


class MissingPackageError(KadsurveyError):
    """A package that an extra of kadsurvey brings, and that is not installed."""


class ArgumentError(KadsurveyError):
    """A name or an option that does not exist, with the nearest that does."""


_LONGEST_WORD = 500
"""Longer texts are no misspelt name, and the search in them takes for ever."""


def nearest(word: str, known: list[str]) -> str | None:
    """Return the known name nearest to what was typed, or None where nothing is near."""
    from difflib import get_close_matches

    if len(word) > _LONGEST_WORD:
        return None
    by_folded = {name.casefold(): name for name in known}
    found = get_close_matches(word.casefold(), list(by_folded), n=1, cutoff=0.6)
    return by_folded[found[0]] if found else None
