"""Which means of one construct are hidden, so that those shown do not give back a mean of too few respondents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.linalg import block_diag

from kadsurvey.indices.published_sums import (
    GROUPS,
    Array,
    Cells,
    arrays_of,
    difference_sum,
    group_sums,
    index_sum,
    mean_sum,
    member_sums,
    members_of,
    small_sums,
    sums_across,
    together,
)
from kadsurvey.indices.suppression import PROTECTION, suppressed
from kadsurvey.stats.table_bounds import feasible_widths, stay_uncertain

_TOGETHER, _AT_MOST = 12, 60
"""Bodies that are looked at together, at first and again, so that thousands take no programme of all their cells."""

_PARTNERS = 3
"""Bodies whose comparison of groups is hidden so that the totals do not give another's back, before means are."""


@dataclass(frozen=True, slots=True)
class Protection:
    """What is hidden of one construct.

    Attributes
    ----------
    bodies : frozenset of str
        Bodies of which nothing but n is shown.
    means : frozenset of str
        Bodies whose unadjusted mean is hidden: beside the index it would give a small group away.
    groups : frozenset of str
        Bodies whose officials and NGOs do not stand beside each other.
    differences : frozenset of str
        Bodies of which the difference of officials and NGOs within members is hidden.
    members : frozenset of (str, str)
        Body and member.
    means_across, indices_across : bool
        Whether the unadjusted means, or the indices too, of groups and of all bodies are hidden.
    """

    bodies: frozenset[str] = frozenset()
    means: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    differences: frozenset[str] = frozenset()
    members: frozenset[tuple[str, str]] = frozenset()
    means_across: bool = False
    indices_across: bool = False


@dataclass
class _Body:
    """One body: its cells, and which of its statistics are shown."""

    cells: Cells
    small: Array
    members: list[str]
    pair: bool
    difference: bool
    mean: bool = True
    index: bool = True
    sums: dict[str, Array] = field(init=False)
    across: dict[tuple[bool, bool], Array] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.size = int(self.cells["n"].sum())
        self.values = np.asarray(self.cells["mean"], dtype=np.float64)
        self.sums = member_sums(self.cells)
        self.of_mean, self.of_index = mean_sum(self.cells), index_sum(self.cells)
        self.of_pair, self.of_difference = list(group_sums(self.cells)), difference_sum(self.cells)
        self.known_safe: dict[object, bool] = {}

    def shown(self) -> Array:
        """Return the published sums within the body."""
        rows = [self.sums[member] for member in self.members]
        rows += [self.of_mean] if self.mean else []
        rows += [self.of_index] if self.index else []
        rows += self.of_pair if self.pair else []
        rows += [self.of_difference] if self.difference else []
        return np.array(rows).reshape(len(rows), len(self.values))

    def hide(self) -> None:
        """Show nothing of the body."""
        self.members, self.mean, self.index, self.pair, self.difference = [], False, False, False, False

    def safe(self, *, across: tuple[bool, bool] | None = None) -> bool:
        """Tell whether the body's small means stay uncertain.

        With ``across``, also against the means and indices over all bodies, and if no other body hides anything.
        """
        state = (self.mean, self.index, self.pair, self.difference, *self.members, across)
        if state not in self.known_safe:
            self.known_safe[state] = self._safe(across)
        return self.known_safe[state]

    def _safe(self, across: tuple[bool, bool] | None) -> bool:
        known = self.shown()
        if across is not None:
            if across not in self.across:
                self.across[across] = sums_across(self.cells, means=across[0], indices=across[1])
            known = np.vstack([known, self.across[across]])
        return stay_uncertain(known, self.small, self.values, by=PROTECTION)


def protect(cells: pd.DataFrame, *, min_cell: int) -> Protection:
    """Choose what is hidden of one construct.

    First go the means of fewer than ``min_cell`` respondents and what a margin would give back by subtraction
    (`suppressed`). Then every mean of so few, shown or not, is bounded from all that is left: members, bodies
    (unadjusted mean and index), groups within bodies, groups and all respondents over the bodies. As long as one of
    them could be told to less than `PROTECTION` points, more is hidden: in its body the unadjusted mean, the
    difference or the comparison of groups, then the smallest members, then the body; where the totals over bodies give
    it back, the comparison of groups in the next smallest body, then unadjusted means of bodies, then the totals.

    Parameters
    ----------
    cells : DataFrame
        As `kadsurvey.indices.published_sums.cell_table`.
    min_cell : int
        Fewest respondents of which a mean is shown.

    Notes
    -----
    The attacker is taken to know every count and weight, and every value to its last digit. Standard errors are not
    used against a cell: those of shown cells say nothing linear of others.
    """
    if cells.empty:
        return Protection()
    bodies = _begin(cells, min_cell)
    means, indices = True, True
    for body in bodies.values():
        if not body.safe(across=(means, indices)):
            _settle(body)
    while True:
        unsafe = _unsafe_across(bodies, means=means, indices=indices)
        if not unsafe:
            break
        if _hide_across(bodies, unsafe):
            continue
        if means:
            means = False
        elif indices:
            indices = False
        elif shown := [body for body in bodies.values() if body.index or body.members]:
            of_unsafe = [body for name in unsafe if (body := bodies[name]).index or body.members]
            _smallest(of_unsafe or shown).hide()
        else:
            break
    return _told(bodies, means_across=not means, indices_across=not indices)


def _begin(cells: pd.DataFrame, min_cell: int) -> dict[str, _Body]:
    of_bodies = suppressed(cells.groupby("body")["n"].sum(), min_cell)
    named = cells[cells["member"] != ""]
    of_members = suppressed(named.groupby(["body", "member"])["n"].sum(), min_cell) if len(named) else None
    by_group = cells.pivot_table("n", "body", "group", aggfunc="sum", fill_value=0).reindex(
        columns=list(GROUPS), fill_value=0
    )
    of_groups = suppressed(by_group[GROUPS[0]], min_cell) | suppressed(by_group[GROUPS[1]], min_cell)
    found = {}
    shown = {} if of_members is None else {place: not hidden for place, hidden in of_members.items()}
    every, paired = arrays_of(cells), (by_group.min(axis=1) >= min_cell) & ~of_groups
    for name, places in cells.groupby("body").indices.items():
        body, part = str(name), {column: values[places] for column, values in every.items()}
        members = [member for member in members_of(part) if shown.get((body, member), False)]
        pair = bool(paired[body])
        found[body] = _Body(part, small_sums(part, min_cell), members, pair, pair)
        if of_bodies[body]:
            found[body].hide()
    return found


def _settle(body: _Body) -> None:
    """Hide more of a body until what is left within it tells of no small mean."""
    if not len(body.small) or not body.index:
        return
    for mean, pair, difference, members in list(_ladder(body)):
        body.mean, body.pair, body.difference, body.members = mean, pair, difference, list(members)
        if body.safe():
            return
    body.hide()


def _ladder(body: _Body) -> Iterator[tuple[bool, bool, bool, tuple[str, ...]]]:
    """Yield what may be left shown: mean, groups, their difference, members; the least loss first."""
    sizes = {member: int(body.cells["n"][body.cells["member"] == member].sum()) for member in body.members}
    by_size = sorted(body.members, key=lambda member: -sizes[member])
    for kept in range(len(by_size), -1, -1):
        yield from dict.fromkeys(
            (mean, pair, difference, tuple(by_size[:kept]))
            for pair, difference in ((body.pair, body.difference), (body.pair, False), (False, False))
            for mean in (body.mean, False)
        )


def _unsafe_across(bodies: dict[str, _Body], *, means: bool, indices: bool) -> list[str]:
    """Return the bodies of which a small mean is told by what is published over all bodies."""
    doubtful = [name for name, body in bodies.items() if not body.safe(across=(means, indices))]
    # Bodies that hide their groups lend uncertainty to each other; a few at a time, as if of the others all were known.
    helpers = [name for name, body in bodies.items() if not body.pair and name not in doubtful]
    for most in (_TOGETHER, _AT_MOST):
        unsafe: list[str] = []
        for start in range(0, len(doubtful), most):
            names = doubtful[max(0, min(start, len(doubtful) - most)) : start + most]
            others = [*helpers, *(name for name in bodies if not bodies[name].pair and name not in (*helpers, *names))]
            told = _told_together(bodies, [*names, *others[: most - len(names)]], means=means, indices=indices)
            unsafe += [name for name in told if name in doubtful and name not in unsafe]
        doubtful = unsafe
    return doubtful


def _told_together(bodies: dict[str, _Body], names: Sequence[str], *, means: bool, indices: bool) -> list[str]:
    parts = [bodies[name] for name in names]
    across = sums_across(together([body.cells for body in parts]), means=means, indices=indices)
    widths = feasible_widths(
        np.vstack([block_diag(*(body.shown() for body in parts)), across]),
        block_diag(*(body.small for body in parts)),
        np.concatenate([body.values for body in parts]),
        enough=PROTECTION,
    )
    whose = np.repeat(list(names), [len(body.small) for body in parts])
    return list(dict.fromkeys(whose[widths < PROTECTION].tolist()))


def _hide_across(bodies: dict[str, _Body], unsafe: Sequence[str]) -> bool:
    """Hide more, so that the totals over bodies tell less; False where that is of no use any more."""
    own = [bodies[name] for name in unsafe if bodies[name].index]
    if any(body.pair or body.difference for body in own):
        for body in own:
            body.pair = body.difference = False
        return True
    # Rather the totals than half of the bodies.
    most = len(bodies) / 2
    whole = sum(not body.index for body in bodies.values())
    if len(own) < len(unsafe) and whole + 1 <= most:
        _smallest(body for body in bodies.values() if body.index).hide()
        return True
    paired = [body for body in bodies.values() if body.pair]
    if own and paired and len(bodies) - len(paired) + 1 <= max(most, len(own) + _PARTNERS):
        partner = _smallest(paired)
        partner.pair = partner.difference = False
        return True
    means = [body for body in own if body.mean]
    if own and not means:
        means = [_smallest(left)] if (left := [body for body in bodies.values() if body.mean and not body.pair]) else []
    for body in means:
        body.mean = False
    return bool(means)


def _smallest(bodies: Iterable[_Body]) -> _Body:
    return min(bodies, key=lambda body: body.size)


def _told(bodies: dict[str, _Body], *, means_across: bool, indices_across: bool) -> Protection:
    members = {
        (name, str(member))
        for name, body in bodies.items()
        for member in members_of(body.cells)
        if member not in body.members
    }
    return Protection(
        bodies=frozenset(name for name, body in bodies.items() if not body.index),
        means=frozenset(name for name, body in bodies.items() if not body.mean),
        groups=frozenset(name for name, body in bodies.items() if not body.pair),
        differences=frozenset(name for name, body in bodies.items() if not body.difference),
        members=frozenset(members),
        means_across=means_across,
        indices_across=indices_across,
    )
