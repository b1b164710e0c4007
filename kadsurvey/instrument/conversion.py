"""From the strings of a YAML file to numbers and yes/no, with no guessing."""

from __future__ import annotations

import re
from typing import Annotated, TypeAlias

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,8})")
_YES_NO = {"yes": True, "true": True, "ya": True, "no": False, "false": False, "tidak": False}


def _whole(value: object) -> object:
    if isinstance(value, str):
        if not _WHOLE.fullmatch(value):
            raise PydanticCustomError("not_whole", "{value} is not a whole number", {"value": value})
        return int(value)
    if isinstance(value, bool | float):
        raise PydanticCustomError("not_whole", "{value} is not a whole number", {"value": str(value)})
    return value


def _yes_no(value: object) -> object:
    if isinstance(value, str):
        if value.casefold() not in _YES_NO:
            raise PydanticCustomError("not_yes_no", "{value} is neither yes nor no", {"value": value})
        return _YES_NO[value.casefold()]
    return value


Whole: TypeAlias = Annotated[int, BeforeValidator(_whole)]
"""A whole number; as a string only in its one plain spelling, so that no two keys mean one code."""

AsWhole = BeforeValidator(_whole)
"""Puts a string into a whole number before a Literal of numbers is checked."""

YesNo: TypeAlias = Annotated[bool, BeforeValidator(_yes_no)]
"""True for yes, true, ya; False for no, false, tidak."""
