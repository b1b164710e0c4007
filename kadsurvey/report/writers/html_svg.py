"""A drawing inside a page: only drawing elements, names of its own, styles that reach no further."""

from __future__ import annotations

import re
from html import escape
from xml.etree import ElementTree

_NAMESPACES = {
    "{http://www.w3.org/2000/svg}": "",
    "{http://www.w3.org/1999/xlink}": "",
    "{http://www.w3.org/XML/1998/namespace}": "xml:",
}
_DROPPED = {"metadata", "script", "foreignObject"}
_REFERENCE = re.compile(r"url\(\s*(['\"]?)#([^)'\"]+)\1\s*\)")
_SELECTORS = re.compile(r"([^{}]+)\{")
_ID_SELECTOR = re.compile(r"#([\w.-]+)")
_WITH_TEXT = {"text", "tspan", "textPath", "title", "desc", "style"}


def inline_svg(svg: str, *, name: str, label: str) -> str:
    """Return a drawing as it can stand in a page beside others.

    Parameters
    ----------
    svg : str
        One ``<svg>`` element.
    name : str
        Its id in the page; every id inside gets it as a prefix, and every style rule holds inside it only.
    label : str
        What it shows, for who cannot see it.

    Raises
    ------
    xml.etree.ElementTree.ParseError
        If it is not well-formed.

    Examples
    --------
    >>> inline_svg('<svg><path id="a"/><use href="#a"/></svg>', name="f", label="1 > 0")
    '<svg id="f" role="img" aria-label="1 &gt; 0"><path id="f-a"></path><use href="#f-a"></use></svg>'
    """
    root = ElementTree.fromstring(svg)
    attributes = {"id": name, "role": "img", "aria-label": label}
    # The size comes from the page; without a viewBox nothing else would say how large the drawing is.
    own = {"id", "role", *(["width", "height"] if "viewBox" in root.attrib else [])}
    attributes |= {key: value for key, value in _attributes(root, name) if key not in own}
    return _written("svg", attributes, root, name)


def _element(element: ElementTree.Element, name: str) -> str:
    tag = _local(element.tag)
    if tag is None or tag in _DROPPED:
        return ""
    return _written(tag, dict(_attributes(element, name)), element, name)


def _written(tag: str, attributes: dict[str, str], element: ElementTree.Element, name: str) -> str:
    opening = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items())
    text = element.text or ""
    if tag == "style":
        text = _scoped(text, name)
    inside = [escape(text) if text.strip() or tag in _WITH_TEXT else ""]
    for child in element:
        inside.append(_element(child, name))
        if tag in _WITH_TEXT:
            inside.append(escape(child.tail or ""))
    return f"<{tag}{opening}>{''.join(inside)}</{tag}>"


def _attributes(element: ElementTree.Element, name: str) -> list[tuple[str, str]]:
    kept = []
    for long_key, value in element.attrib.items():
        key = _local(long_key)
        if key is None or key.lower().startswith("on"):
            continue
        if key == "id":
            value = f"{name}-{value}"
        elif key == "href":
            if not value.startswith(("#", "data:image/")):
                continue
            value = f"#{name}-{value[1:]}" if value.startswith("#") else value
        elif key in ("aria-labelledby", "aria-describedby"):
            value = " ".join(f"{name}-{part}" for part in value.split())
        else:
            value = _REFERENCE.sub(rf"url(#{name}-\2)", value)
        kept.append((key, value))
    return kept


def _local(tag: object) -> str | None:
    """Return the name as a page knows it, or None if it is not part of a drawing."""
    if not isinstance(tag, str):
        return None  # A comment or a processing instruction.
    if not tag.startswith("{"):
        return tag
    return next((prefix + tag.removeprefix(uri) for uri, prefix in _NAMESPACES.items() if tag.startswith(uri)), None)


def _scoped(style: str, name: str) -> str:
    def scoped(match: re.Match[str]) -> str:
        selectors = match[1].strip()
        if selectors.startswith("@"):
            return f"{selectors}{{"
        named = _ID_SELECTOR.sub(rf"#{name}-\1", selectors)
        return ",".join(f"#{name} {selector.strip()}" for selector in named.split(",")) + "{"

    return _REFERENCE.sub(rf"url(#{name}-\2)", _SELECTORS.sub(scoped, style))
