"""The page as a document: whole, its own, and nobody's errand boy."""

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from mcp.server.apps import APP_MIME_TYPE

from xylo_mcp import dashboard

PIECES = sorted((Path(dashboard.__file__).parent / "page").iterdir())


def test_every_piece_of_the_page_is_in_it() -> None:
    page = dashboard.page()

    assert [piece.name for piece in PIECES if piece.suffix != ".html" and piece.read_text("utf-8") not in page] == []
    assert len(PIECES) > 5


def test_a_page_is_read_once() -> None:
    assert dashboard.page() is dashboard.page()


def test_hosts_know_the_page_for_an_app() -> None:
    assert (dashboard.URI, dashboard.MIME) == ("ui://xylo/dashboard", APP_MIME_TYPE)


def test_the_page_asks_for_nothing_from_elsewhere() -> None:
    page = dashboard.page()

    assert set(re.findall(r"\w+://[^\"'\s]+", page)) == {"http://www.w3.org/2000/svg"}  # a name, not a place
    assert (
        re.findall(r"<link|<img|<iframe|@import|\bsrc=|\bhref=|url\((?!#)|fetch\(|XMLHttpRequest|import\(", page) == []
    )


def test_the_page_allows_itself_its_own_style_and_script_alone() -> None:
    page = dashboard.page()
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    (script,) = re.findall(r'<script type="module">(.*?)</script>', page, re.DOTALL)

    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)

    assert policy.split("; ") == [
        "default-src 'none'",
        f"style-src '{digest(style)}'",
        f"script-src '{digest(script)}'",
        "base-uri 'none'",
        "form-action 'none'",
    ]


def digest(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def test_no_line_of_the_page_reads_a_string_as_markup_or_as_a_script() -> None:
    sinks = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|srcdoc|eval\(|new Function|\.on\w+ ="

    assert re.findall(sinks, dashboard.page()) == []


def test_the_page_is_small_and_its_pieces_are_short() -> None:
    assert len(dashboard.page().encode()) < 48_000
    assert [piece.name for piece in PIECES if len(piece.read_text("utf-8").splitlines()) > 250] == []
