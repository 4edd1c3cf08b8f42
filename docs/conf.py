"""How the documentation is built: Sphinx, MyST-NB (pages are executed) and the PyData theme."""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "docs")]  # for autodoc and the reference
# Pages are executed in kernels of their own, which inherit the environment and not the path.
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))

import propositions_page  # noqa: E402
import reference_page  # noqa: E402

import contests  # noqa: E402

reference_page.write(ROOT / "docs" / "api")
propositions_page.write(ROOT / "docs" / "models" / "propositions")

project = "contests"
author = "The contests developers"
copyright = "2026, the contests developers"
version = release = contests.__version__

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.mathjax",
    "numpydoc",
    "myst_nb",
    "sphinxcontrib.bibtex",
]
templates_path = ["_templates"]
exclude_patterns = ["_build", "_templates", "models/propositions"]  # propositions: parts of pages

# Text: `name` in a docstring is code, dollars are mathematics.
default_role = "code"
myst_enable_extensions = ["amsmath", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3

# Every page is executed at every build; an error, or a wrong number in an assertion, stops it.
nb_execution_mode = "cache"
nb_execution_raise_on_error = True
nb_execution_timeout = 300
nb_merge_streams = True

# Types in docstrings are words for people ("sequence of float, shape (n,)"), not links.
autosummary_generate = True
autosummary_imported_members = True
autodoc_typehints = "none"
autodoc_member_order = "bysource"
numpydoc_show_class_members = False
numpydoc_xref_param_type = False

bibtex_bibfiles = ["references.bib"]
bibtex_default_style = "plain"
bibtex_reference_style = "author_year"

html_theme = "pydata_sphinx_theme"
html_title = "contests"
html_theme_options = {
    "show_toc_level": 2,
    "navigation_with_keys": False,
    "secondary_sidebar_items": ["page-toc"],
    "footer_end": [],
}
html_static_path = ["_static"]
html_css_files = ["wide.css"]
# Pages that stand alone have no section to navigate in.
html_sidebars = {
    name: []
    for name in (
        *("architecture", "extending", "from_effort_to_prizes", "getting_started", "notation", "other_tools"),
        *("performance", "references", "sweeps", "teaching"),
    )
}
html_show_sourcelink = False
