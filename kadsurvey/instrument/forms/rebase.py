"""Changes of a form put onto the instrument that it was made from."""

from __future__ import annotations

from collections.abc import Mapping

from kadsurvey.instrument.source import Value


def rebase(kept: Mapping[str, Value], base: Mapping[str, Value], now: Mapping[str, Value]) -> dict[str, Value]:
    """Apply to an instrument what differs between its form as it was written and the form as it is.

    Parameters
    ----------
    kept : mapping
        Data of the instrument.
    base, now : mapping
        What can be told from the form as this program writes it, and from the form as it came.

    Returns
    -------
    dict
        ``kept`` where the form is unchanged. What was changed or added in the form is taken from it, what was taken out
        of it is taken out; what no form can say stays.
    """
    result: dict[str, Value] = {}
    for key, value in kept.items():
        if key in base and key not in now:
            continue
        result[key] = _rebased(value, base.get(key), now[key]) if key in now else value
    for key, value in now.items():
        # What the form shows because it must show something (a name for a label) is no news.
        if key not in kept and base.get(key) != value:
            result[key] = value
    return result


def _rebased(kept: Value, base: Value | None, now: Value) -> Value:
    if base == now:
        return kept
    if isinstance(kept, dict) and isinstance(now, dict):
        return rebase(kept, base if isinstance(base, dict) else {}, now)
    if isinstance(kept, list) and isinstance(now, list):
        return _rebased_list(kept, base if isinstance(base, list) else [], now)
    return now


def _rebased_list(kept: list[Value], base: list[Value], now: list[Value]) -> list[Value]:
    """Put the form's entries first; old texts stay behind them, for answers given under them may still arrive.

    Numbers are codes: those taken out of the form are no longer answers.
    """
    if any(isinstance(part, dict) for part in [*kept, *now]):
        return _rebased_answers(kept, base, now)
    codes = all(isinstance(part, str) and part.lstrip("-").isdigit() for part in [*kept, *now])
    gone = base if codes else []
    return [*now, *(part for part in kept if part not in now and part not in gone)]


def _rebased_answers(kept: list[Value], base: list[Value], now: list[Value]) -> list[Value]:
    """Match missing answers by their codes."""
    known, before = ({_code(part): part for part in parts} for parts in (kept, base))
    changed = [_rebased(known.get(_code(part), {}), before.get(_code(part)), part) for part in now]
    return [*changed, *(part for code, part in known.items() if code not in before and code not in map(_code, now))]


def _code(part: Value) -> str:
    return str(part.get("code", part.get("labels"))) if isinstance(part, dict) else str(part)
