"""Reads the program's own YAML with its repeated keys, which a plain loader would hide."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import yaml


def texts(path: Path) -> dict[str, dict[str, str]]:
    """Return a catalogue: words by code and language."""
    catalogue: dict[str, dict[str, str]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return catalogue


def repeated_keys(path: Path) -> list[str]:
    """Return the top-level keys that stand more than once."""
    node = yaml.compose(path.read_text(encoding="utf-8"))
    assert isinstance(node, yaml.MappingNode)
    counted = Counter(key.value for key, _ in node.value)
    return [key for key, count in counted.items() if count > 1]
