"""How the site is built: MyST pages, docstrings by autodoc, every warning an error."""

import importlib.metadata

project = "duetime"
copyright = "2026, the duetime authors"  # noqa: A001 - the name is Sphinx's
release = importlib.metadata.version("duetime")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx_copybutton"]
exclude_patterns = ["_build"]
myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3
default_role = "code"
maximum_signature_line_length = 88

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True

html_theme = "furo"
html_title = "duetime"
copybutton_exclude = ".linenos, .gp, .go"
