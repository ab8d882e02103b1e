"""The dashboard: a page that a host shows beside the answer of a tool (an MCP App).

The page asks nobody for anything: the host hands it the tool's result, and it draws what stands in `META_KEY`.
"""

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files

from .pictures import META_KEY, Campaign, Day, Failed, Group, Pacing, Pictures, meta

__all__ = ["META_KEY", "MIME", "URI", "Campaign", "Day", "Failed", "Group", "Pacing", "Pictures", "meta", "page"]

URI = "ui://xylo/dashboard"
MIME = "text/html;profile=mcp-app"
"""What hosts show as an app, and nothing else (MCP Apps, 2026-01-26, "UI Resource Format")."""

# One module in pieces: they share one scope, and a later piece uses what earlier ones define.
_SCRIPTS = (
    "elements.js",
    "words.js",
    "series.js",
    "chart.js",
    "currencies.js",
    "campaigns.js",
    "pacing.js",
    "host.js",
    "main.js",
)


@cache
def page() -> str:
    """The whole page as one document, which allows itself its own style and script and nothing else."""
    style = _piece("style.css")
    script = "\n".join(_piece(name) for name in _SCRIPTS)
    return (
        _piece("page.html")
        .replace("{policy}", _policy(style, script))
        .replace("{style}", style)
        .replace("{script}", script)
    )


def _piece(name: str) -> str:
    return (files(__name__) / "page" / name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    """The Content-Security-Policy: the two by their digests; no image, font, request, frame or form at all.

    Stricter than what hosts set by themselves (MCP Apps, 2026-01-26, "Security Implications"), so that a host which
    sets nothing is as safe.
    """
    return (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
