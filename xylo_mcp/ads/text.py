"""Third-party text, made harmless: it may be read as data and never act as anything else."""

import re
import unicodedata

_LONGEST = 200
_LINK = re.compile(r"\]\s*\(")
# Joins what is left and right of it into one glyph: part of many emoji and of Persian and Indic spelling.
_JOINERS = "\u200c\u200d"


def clean(text: str) -> str:
    """`text` on one line, without control, direction or hidden characters, links broken, not over 200 long.

    Ordinary names in any script, emoji included, come out as they went in.
    """
    kept = "".join(
        char for place, char in enumerate(text) if not _hidden(char) or (char in _JOINERS and _joins(text, place))
    )
    line = _LINK.sub("] (", " ".join(kept.split()))
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def quoted(text: str) -> str:
    """`text`, cleaned, between double quotes that it cannot close."""
    return f'"{clean(text).replace(chr(34), chr(0x201D))}"'


def _hidden(char: str) -> bool:
    """Control, format (direction marks, zero width, tags), surrogate, private and unassigned characters."""
    return unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn"} and not char.isspace()


def _joins(text: str, place: int) -> bool:
    before, after = text[place - 1 : place], text[place + 1 : place + 2]
    return bool(before and after) and not before.isascii() and not after.isascii() and after not in _JOINERS
