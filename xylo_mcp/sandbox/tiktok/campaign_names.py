"""What a campaign may be called (TikTok API for Business docs, v1.3, "Create a campaign")."""

import re
from collections.abc import Iterable
from unicodedata import category, east_asian_width

from ..world import Campaign
from .refusals import parameter

_LONGEST = 512
# The documentation forbids emoji and does not say what counts as one. Taken for emoji: the planes of pictographs,
# the older symbols that are drawn in colour of themselves, and what makes pictures of other characters.
_EMOJI = re.compile(
    "[\U0001f000-\U0001faff\u231a\u231b\u23e9-\u23f3\u2600-\u27bf\u2b1b\u2b1c\u2b50\u2b55"
    "\ufe0f\u20e3\u200d\U000e0020-\U000e007f]"
)


def check_name(name: str) -> None:
    """Refuse a name that is blank, too long, or holds an emoji or a control character.

    That blanks and control characters are refused is not documented.
    """
    if not name.strip():
        raise parameter("campaign_name", "Must not be blank.")
    if sum(2 if east_asian_width(letter) in "WF" else 1 for letter in name) > _LONGEST:
        raise parameter("campaign_name", f"Longer than {_LONGEST} characters; Chinese and Japanese ones count twice.")
    if _EMOJI.search(name):
        raise parameter("campaign_name", "Emoji are not supported.")
    if any(category(letter) == "Cc" for letter in name):
        raise parameter("campaign_name", "Control characters are not supported.")


def check_unused(name: str, campaigns: Iterable[Campaign], renamed: str = "") -> None:
    """Refuse a name that another of the advertiser's `campaigns` has; `renamed` is the id of the one that wants it.

    TikTok's sentence is not known. That a deleted campaign gives its name free is taken for granted.
    """
    if any(one.name == name and one.id != renamed and one.switch != "deleted" for one in campaigns):
        raise parameter("campaign_name", f"Campaign name already exists: {name}")
