"""How the site is built: MyST pages, docstrings by autodoc, every warning an error."""

import importlib.metadata
import json
from pathlib import Path

from sphinx.application import Sphinx

from duetime.wire import json_schema

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


def setup(app: Sphinx) -> None:
    """Publish the JSON Schema of the wire format beside the pages that describe it."""
    app.connect("build-finished", publish_schema)


def publish_schema(app: Sphinx, failure: Exception | None) -> None:
    """Write the schema, as the library has it, into the finished site."""
    if failure is None:
        schema = Path(app.outdir) / "reference" / "duetime.schema.json"
        schema.write_text(json.dumps(json_schema(), indent=2) + "\n")
