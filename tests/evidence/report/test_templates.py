"""Pages for people: one beginning for all, and nothing that a page could run or load."""

from __future__ import annotations

import re

import pytest

from evidence.report.rendering import _TEMPLATES

PAGES = {path.name: path.read_text(encoding="utf-8") for path in _TEMPLATES.iterdir()}
BASE = "page.html"


def test_the_beginning_of_all_pages_lets_them_load_and_run_nothing():
    assert "content=\"default-src 'none'; style-src 'unsafe-inline'\"" in PAGES[BASE]
    assert '<meta charset="utf-8">' in PAGES[BASE]


@pytest.mark.parametrize("name", sorted(PAGES.keys() - {BASE}))
def test_a_page_begins_as_all_do_and_asks_for_nothing(name):
    begun = re.search(r'{% extends "([^"]+)" %}', PAGES[name])

    assert begun is not None
    assert begun[1] in PAGES
    assert not re.search(r"<script|<meta|<html|https?://|src=|@import|url\(", PAGES[name])
    assert "safe" not in re.findall(r"\| *(\w+)", PAGES[name])
