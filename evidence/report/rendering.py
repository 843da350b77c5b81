"""From a template to a page: every value on it is escaped, for HTML and for the eye."""

from __future__ import annotations

from pathlib import Path

import jinja2
from markupsafe import Markup

from evidence.report.shown import shown

_TEMPLATES = Path(__file__).resolve().parent / "templates"


def render(template: str, **values: object) -> str:
    """A page by the name of its template."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES), autoescape=True, finalize=_harmless,
        undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    return environment.get_template(template).render(**values)


def _harmless(found: object) -> object:
    """What every expression of the template passes: so no name can be forgotten."""
    return found if isinstance(found, Markup) else shown(str(found))
