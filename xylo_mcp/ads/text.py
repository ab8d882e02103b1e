"""Third-party text, made harmless: it may be read as data and never act as anything else."""

import re
import sys
import unicodedata

_LONGEST = 200
# What nearly all names are: nothing in it that the rest of this file looks for.
_PLAIN = re.compile(r"(?!.*  )[^ <\]&](?:[^<\]&]{0,198}[^ <\]&])?")
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_REFERENCE = re.compile(r"&#(?:[xX]0*([0-9a-fA-F]{1,6})|0*([0-9]{1,7}));")
_LINK = re.compile(r"\]\s*\(")
# Zero-width joiner and non-joiner: part of many emoji, and of Persian and Indic spelling.
_JOINERS = re.compile(r"[\u200c\u200d]+")
# How the character before is to look; bytes can be hidden in a row of them.
_SELECTORS = re.compile(r"([^\ufe00-\ufe0f\U000e0100-\U000e01ef]?)([\ufe00-\ufe0f\U000e0100-\U000e01ef]+)")
# Invisible, though Unicode counts them among letters and marks: grapheme joiner, Hangul fillers.
_BLANKS = frozenset("\u034f\u115f\u1160\u3164\uffa0\u2800")
# What comes in several looks: pictures, and the digits, # and * of keycaps; and ideographs.
_PICTURED, _SPELLED = frozenset({"So", "Sm", "Po", "Cn", "Nd"}), frozenset({"Lo"})
# No text is read further than this: names are short.
_READ = 2_000
# Pictures are added here every year, before this Python knows them.
_PICTURES = range(0x1F300, 0x1FB00)


def clean(text: str) -> str:
    """`text` on one line, without control, direction or hidden characters, links and tags broken, not over 200 long.

    Ordinary names in any script, emoji included, come out as they went in.
    """
    text = text[:_READ]
    if text.isascii() and text.isprintable() and _PLAIN.fullmatch(text):
        return text
    shown = "".join(char for char in text if not _hidden(char))
    shown = _JOINERS.sub(_joined, _SELECTORS.sub(_selected, shown))
    # Only now: what is taken out above may have stood in the middle of a reference or a tag.
    while (fewer := _REFERENCE.sub(_without_hidden, shown)) != shown:
        shown = fewer
    line = _LINK.sub("] (", _TAG.sub("‹", " ".join(shown.split())))
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def quoted(text: str) -> str:
    """`text`, cleaned, between double quotes that it cannot close."""
    return f'"{clean(text).replace(chr(34), chr(0x201D))}"'


def _hidden(char: str) -> bool:
    """Control and format characters (direction marks, zero width, tags), halves of pairs, private and unassigned."""
    if char in _BLANKS:
        return True
    category = unicodedata.category(char)
    if category == "Cn":
        return ord(char) not in _PICTURES
    return category in {"Cc", "Cf", "Cs", "Co"} and not char.isspace() and not _JOINERS.match(char)


def _without_hidden(found: re.Match[str]) -> str:
    """An HTML character reference as it stands, or nothing where it is one to a hidden character."""
    number = int(found[1], 16) if found[1] else int(found[2])
    return "" if number > sys.maxunicode or _hidden(chr(number)) else found[0]


def _selected(found: re.Match[str]) -> str:
    """The character with one selector, where that kind of character has such looks."""
    base, selector = found[1], found[2][0]
    category = unicodedata.category(base) if base else ""
    fitting = _PICTURED if selector in "\ufe0e\ufe0f" else _SPELLED
    return base + selector if category in fitting else base


def _joined(found: re.Match[str]) -> str:
    """A single joiner that stands between two visible characters beyond ASCII; nothing otherwise."""
    before, after = found.string[found.start() - 1 : found.start()], found.string[found.end() : found.end() + 1]
    return found[0] if len(found[0]) == 1 and _visible(before) and _visible(after) else ""


def _visible(char: str) -> bool:
    return bool(char) and not char.isascii() and not char.isspace()
