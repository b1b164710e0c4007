"""How the pages are built, by ``sphinx-build -W docs build/docs``: nothing is fetched, then or when they are read."""

from __future__ import annotations

from typing import Any

from docutils.nodes import SkipNode
from latex2mathml.converter import convert

from kadsurvey import __version__

project = "kadsurvey"
author = "kadsurvey"
version = release = __version__
language = "en"

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
myst_enable_extensions = ["dollarmath", "colon_fence"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]

# Docstrings: numpy's sections; a word in single backticks is code.
default_role = "code"
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True
napoleon_preprocess_types = False
autodoc_default_options = {"members": True, "member-order": "bysource", "exclude-members": "__init__, __new__"}
autodoc_typehints = "none"
autodoc_class_signature = "separated"
autodoc_preserve_defaults = True
add_module_names = False
python_maximum_signature_line_length = 88

html_theme = "furo"
html_title = "kadsurvey"
html_static_path = ["_static"]
html_css_files = ["kadsurvey.css"]
html_show_sphinx = False
html_show_copyright = False
html_copy_source = False
html_theme_options = {"sidebar_hide_name": False, "top_of_page_buttons": []}
html_math_renderer = "mathml"


def _inline(writer: Any, node: Any) -> None:
    writer.body.append(convert(node.astext()))
    raise SkipNode


def _display(writer: Any, node: Any) -> None:
    writer.body.append(convert(node.astext(), display="block"))
    raise SkipNode


def setup(app: Any) -> None:
    """Write formulas as MathML, which every browser draws by itself; Sphinx's own ways need a script or LaTeX."""
    app.add_html_math_renderer("mathml", (_inline, None), (_display, None))
