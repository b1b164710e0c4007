"""Who could be recognised without a name: classes of respondents that share body, member, group and covariates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import pandas as pd

from kadsurvey.errors import ArgumentError, nearest
from kadsurvey.ingest.responses import Responses
from kadsurvey.results import Result

UNITS = ("body", "member", "group")
"""What scores.csv says of a respondent, beside the scores."""
MOST_FIELDS = 10
"""Fields of which all combinations are looked at: 1,023."""
BAND = 10
"""Width of the bands to which a number is coarsened."""
_UNKNOWN = "?"


@dataclass(frozen=True, slots=True)
class Disclosure(Result):
    """How many respondents stand in classes of fewer than k who share what others know of them.

    Attributes
    ----------
    fields : tuple of str
        What others may know: body, member, group and covariates.
    k : int
        Fewest respondents of a class in which none of them stands out.
    n : int
        Respondents.
    combinations : DataFrame
        A row a combination of fields, by number of fields: ``fields``, ``classes``, ``smallest`` (size of the smallest
        class), ``below`` (respondents in classes of fewer than k), ``unique`` (respondents alone in their class).
    rows : DataFrame, index ``respondent_id``
        ``scores_class`` and ``whole_class``: with how many others and himself each respondent shares the units of
        scores.csv, and all fields. No values.
    gains : DataFrame
        A row a field: ``below`` (respondents in classes of fewer than k by all fields), ``without`` (by all the
        others), ``banded`` (with this number in bands of ten; NaN for words).
    alike : DataFrame
        A row an item: ``classes`` of body and group, of two respondents or more, all of whom answered the same, and the
        ``respondents`` in them: whoever knows that somebody is in such a class knows the answer, whatever k.

    References
    ----------
    Sweeney (2002), International Journal of Uncertainty, Fuzziness and Knowledge-Based Systems 10(5), 557-570.
    Machanavajjhala et al. (2007), ACM Transactions on Knowledge Discovery from Data 1(1), 3.
    """

    fields: tuple[str, ...]
    k: int
    n: int
    combinations: pd.DataFrame
    rows: pd.DataFrame
    gains: pd.DataFrame
    alike: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return the combinations."""
        return self.combinations

    def below(self, fields: Sequence[str]) -> int:
        """Return how many respondents stand in classes of fewer than k by some of the fields."""
        if not fields:
            return self.n if self.n < self.k else 0
        wanted = tuple(name for name in self.fields if name in fields)
        told = dict(zip(self.combinations["fields"], self.combinations["below"], strict=True))
        return int(told[wanted])

    def to_leave_out(self) -> tuple[str, ...]:
        """Return which units scores.csv should be shared without: as few as make all safe, else what saves most."""
        units = [name for name in UNITS if name in self.fields]
        tried = [left for size in range(len(units) + 1) for left in combinations(units[::-1], size)]
        found = [(self.below([name for name in units if name not in left]), left) for left in tried]
        safe = [left for below, left in found if below == 0]
        # The body is what most is asked about, so it goes last.
        return min(safe, key=lambda left: (len(left), "body" in left)) if safe else min(found)[1]

    def under(self, names: dict[str, str]) -> Disclosure:
        """Return the same with respondents under other names, such as pseudonyms."""
        index = pd.Index([names[str(name)] for name in self.rows.index], name="respondent_id")
        return replace(self, rows=self.rows.set_axis(index))


def disclosure(responses: Responses, *, k: int = 5, fields: Sequence[str] | None = None) -> Disclosure:
    """Count who could be recognised by what others know of a respondent.

    Parameters
    ----------
    responses : Responses
    k : int, default 5
        Fewest respondents of a class in which none of them stands out.
    fields : sequence of str, optional
        What others may know; by default body, member, group and every covariate of the instrument that the data have.

    Raises
    ------
    ArgumentError
        If a field is not in the data, or they are more than `MOST_FIELDS`.

    Notes
    -----
    A missing value counts as a value: who left a question open is known by that as by an answer.
    """
    data, instrument = responses.data, responses.instrument
    covariates = [name for name, part in instrument.fields.items() if part.role == "covariate" and name in data]
    known = [*(name for name in UNITS if name in data), *covariates]
    used = known if fields is None else list(fields)
    for name in used:
        if name not in known:
            raise ArgumentError("quality.no_such_field", name=name, known=nearest(name, known) or known or "–")
    if len(used) > MOST_FIELDS:
        raise ArgumentError("quality.too_many_fields", count=len(used), most=MOST_FIELDS)
    values = _as_told(data[used])
    rows = [
        {"fields": names, **_told(_sizes(values, names), k)}
        for size in range(1, len(used) + 1)
        for names in combinations(used, size)
    ]
    frame = pd.DataFrame(rows, columns=["fields", "classes", "smallest", "below", "unique"])
    units = tuple(name for name in UNITS if name in used)
    return Disclosure(
        fields=tuple(used),
        k=k,
        n=len(data),
        combinations=frame,
        rows=pd.DataFrame({"scores_class": _sizes(values, units), "whole_class": _sizes(values, tuple(used))}),
        gains=pd.DataFrame(
            [_gain(data, values, name, k) for name in used], columns=["field", "below", "without", "banded"]
        ),
        alike=_alike(responses, values[[name for name in ("body", "group") if name in used]]),
    )


def _as_told(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.astype(object).where(frame.notna(), _UNKNOWN).astype(str)


def _sizes(values: pd.DataFrame, names: tuple[str, ...]) -> pd.Series[int]:
    if not names:
        return pd.Series(len(values), index=values.index)
    return values.groupby(list(names), sort=False)[names[0]].transform("size")


def _told(sizes: pd.Series[int], k: int) -> dict[str, int]:
    return {
        "classes": round((1 / sizes).sum()),
        "smallest": int(sizes.min()) if len(sizes) else 0,
        "below": int((sizes < k).sum()),
        "unique": int((sizes == 1).sum()),
    }


def _gain(data: pd.DataFrame, values: pd.DataFrame, name: str, k: int) -> dict[str, Any]:
    names = tuple(map(str, values.columns))
    others = tuple(other for other in names if other != name)
    banded = float("nan")
    if pd.api.types.is_numeric_dtype(data[name]):
        in_bands = values.assign(**{name: _as_told((data[name] // BAND).to_frame())[name]})
        banded = float((_sizes(in_bands, names) < k).sum())
    below, without = ((_sizes(values, part) < k).sum() for part in (names, others))
    return {"field": name, "below": int(below), "without": int(without), "banded": banded}


def _alike(responses: Responses, units: pd.DataFrame) -> pd.DataFrame:
    rows = []
    if not units.empty and len(units.columns):
        keys = [units[name] for name in units.columns]
        for item in responses.instrument.items:
            by_class = responses.data[item].groupby(keys)
            counts, different = by_class.count(), by_class.nunique()
            same = (counts >= 2) & (different == 1)
            if same.any():
                rows.append({"item": item, "classes": int(same.sum()), "respondents": int(counts[same].sum())})
    return pd.DataFrame(rows, columns=["item", "classes", "respondents"])
