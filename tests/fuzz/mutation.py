"""Changes to files: of their bytes, of the parts of a zip archive, of the words of a text."""

from __future__ import annotations

import io
import random
import re
import struct
import warnings
import zipfile
from collections.abc import Callable, Sequence
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["bytes", "zip", "text"]
"""What a file is made of: bytes in places that count, compressed parts, or words."""

MOST_BYTES = 4_000_000
_INTERESTING = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF,
                0x7FFFFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFF)  # fmt: skip
_WORDS = re.compile(rb"\s+|\w+|[^\w\s]", re.ASCII)
_VALUES = re.compile(rb'"[^"<>\n]{0,80}"|(?<=>)[^<>\n]{1,200}(?=<)|(?<![\w.])-?\d+(?:\.\d+)?')
"""What stands for itself in XML, JSON, YAML and TOML: put another into its place, and the file stays well-formed."""
_SCALARS = (
    b"", b"0", b"-1", b"1e400", b"9" * 5000, b"99999999999999999999", b"nan", b"null", b"true", b"x" * 40_000, b"CON",
    b"../../x", b"=1+1", b"5", b"1048576", b"XFD1048576", b"ZZ99999", b"A1", b"1048577", b"s", b"e", b"d", b"str", b"b",
    b"inlineStr", b"2958466", b"-657435", b"0.5", b"[]", b"{}", "\u202e".encode(), b"&amp;", b"_x000D_", b"UTF-16",
    b"0071",
)  # fmt: skip
_TOKENS = (
    b" " * 100_000, b"-" * 100_000, b"." * 100_000, b"(" * 100_000, b"/" * 100_000, b"1" + b" " * 100_000 + b"x",
    b"a" * 30_000, b"1." * 16_000, b"\t" * 100_000, b"_" * 100_000, b"," * 100_000,
    b"", b"\x00", b"\r", b"\n\n", b'"', b"'", b'""', b",", b";", b"\t", b"\\", b"=1+1", b"1e400", b"-1e400", b"nan",
    b"inf", b"9" * 5000, b"-1", b"0", b"0.5", b"1e-400", b"99999999999999999999", b"null", b"~", b"true", b"no",
    b"&a", b"*a", b"!!python/object:os.system", b"---", b"- ", b": ", b"? ", b"{", b"}", b"[", b"]", b"[" * 3000,
    b"{a: " * 500, b"- " * 2000, b'{"a":' * 3000, b"#", b"|", b">", b"%YAML 9.9", b"<<", b"???", b"\xff", b"\xc3",
    b"\xed\xa0\x80", "\u202e".encode(), "\ufeff".encode(), b"x" * 200_000, b"../../x", b"CON", b"2024-13-45",
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"&b;", b"<", b"/>", b"<a>", b"]]>", b"&#0;", b"&#x110000;", b'r="XFD1048576"',
    b'r="ZZ99999"', b't="s"', b't="e"', b"<f>1+1</f>", b'table:number-rows-repeated="1048576"',
    b'table:number-columns-repeated="99999999999999999999"', b'office:value="1e999"',
)  # fmt: skip


def mutated(content: bytes, others: Sequence[bytes], kind: Kind, rng: random.Random) -> bytes:
    """Return a file with one to five changes; ``others`` are files whose pieces may be put into it."""
    for _ in range(rng.choice((1, 1, 1, 2, 3, 5))):
        if kind == "zip" and rng.random() < 0.65:
            content = _in_archive(content, rng)
        elif kind == "text" and rng.random() < 0.8:
            content = rng.choice((_words_changed, _value_changed))(content, rng)
        else:
            content = _bytes_changed(content, others, rng)
    return content[:MOST_BYTES]


def _bytes_changed(content: bytes, others: Sequence[bytes], rng: random.Random) -> bytes:
    changed = bytearray(content or b"\x00")
    at = rng.randrange(len(changed))
    if rng.random() < 0.3:
        # Headers stand at the beginning, tables of contents at the end.
        at = min(rng.randrange(300), len(changed) - 1) if rng.random() < 0.7 else max(len(changed) - 1 - at % 300, 0)
    end = min(len(changed), at + rng.choice((1, 2, 4, 8, 60, 1000)))

    def flip() -> None:
        changed[at] ^= 1 << rng.randrange(8)

    def overwrite() -> None:
        changed[at] = rng.randrange(256)

    def number() -> None:
        size, order = rng.choice((1, 2, 4, 8)), rng.choice("<>")
        value = rng.choice(_INTERESTING) & ((1 << 8 * size) - 1)
        code = {1: "B", 2: "H", 4: "I", 8: "Q"}[size]
        changed[at : at + size] = struct.pack(f"{order}{code}", value)

    def cut_off() -> None:
        del changed[at:]

    def take_out() -> None:
        del changed[at:end]

    def repeat() -> None:
        changed[at:at] = changed[at:end] * rng.choice((1, 2, 100, 2000))

    def put_in() -> None:
        changed[at:at] = rng.randbytes(rng.randrange(1, 40))

    def word() -> None:
        changed[at:at] = rng.choice(_TOKENS)

    def splice() -> None:
        other = rng.choice(others)
        start = rng.randrange(len(other) + 1)
        changed[at:] = other[start:]

    def move() -> None:
        piece = bytes(changed[at:end])
        del changed[at:end]
        to = rng.randrange(len(changed) + 1)
        changed[to:to] = piece

    ways: list[Callable[[], None]] = [flip, overwrite, number, number, cut_off, take_out, repeat, put_in, word, splice,
                                      move]  # fmt: skip
    rng.choice(ways)()
    return bytes(changed)


def _words_changed(content: bytes, rng: random.Random) -> bytes:
    """Change a text word by word: take one out, double one, exchange two, or put a nasty one in the place of one."""
    words = _WORDS.findall(content[:MOST_BYTES])
    if not words:
        return content
    at, to = rng.randrange(len(words)), rng.randrange(len(words))
    match rng.randrange(5):
        case 0:
            del words[at : at + rng.choice((1, 1, 3, 30))]
        case 1:
            words[to:to] = words[at : at + rng.choice((1, 3, 30))] * rng.choice((1, 2, 50))
        case 2:
            words[at], words[to] = words[to], words[at]
        case 3:
            words[at] = rng.choice(_TOKENS)
        case _:
            words.insert(at, rng.choice(_TOKENS))
    return b"".join(words)


def _value_changed(content: bytes, rng: random.Random) -> bytes:
    """Put another value into the place of a value: one of the file's own, or a nasty one."""
    places = [(found.start(), found.end()) for found in _VALUES.finditer(content[:MOST_BYTES])]
    if not places:
        return content
    start, end = rng.choice(places)
    if rng.random() < 0.3:
        own_start, own_end = rng.choice(places)
        value = content[own_start:own_end].strip(b'"')
    else:
        value = rng.choice(_SCALARS)
    if content[start : start + 1] == b'"':
        value = b'"' + value + b'"'
    return content[:start] + value + content[end:]


def _in_archive(content: bytes, rng: random.Random) -> bytes:
    """Change what is packed in a zip archive, so that the change reaches whoever unpacks it."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = [(name, archive.read(name)) for name in archive.namelist()]
    except Exception:
        # An archive that an earlier change broke; Python raises many things about those.
        return content
    if not parts:
        return content
    at = rng.randrange(len(parts))
    name, part = parts[at]
    match rng.randrange(12):
        case 0:
            del parts[at]
        case 1:
            parts.append((name, part))
        case 2:
            parts[at] = (
                rng.choice(("../x.csv", "/etc/x.csv", "C:\\x.csv", "CON", "a\u202eb.csv", "", "x" * 300)),
                part,
            )
        case 3:
            parts[at] = (rng.choice(parts)[0], part)
        case 4 | 5:
            parts[at] = (name, _words_changed(part, rng))
        case 6 | 7 | 8 | 9:
            for _ in range(rng.choice((1, 2, 5))):
                part = _value_changed(part, rng)
            parts[at] = (name, part)
        case _:
            parts[at] = (name, _bytes_changed(part, [other for _, other in parts], rng)[:MOST_BYTES])
    target = io.BytesIO()
    packing = rng.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED, zipfile.ZIP_BZIP2))
    with zipfile.ZipFile(target, "w", packing) as copy, warnings.catch_warnings():
        # Two parts of one name are meant.
        warnings.simplefilter("ignore")
        for name, part in parts:
            copy.writestr(zipfile.ZipInfo(name), part, packing)
    return target.getvalue()
