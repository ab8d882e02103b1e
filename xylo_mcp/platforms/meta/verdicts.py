"""What Meta's refusals of people's data mean: audiences, their members, and events.

Meta docs, "Customer File Custom Audiences", "Custom Audience", "Lookalike Audiences", "Custom Audiences: Terms of
Service" and "Conversions API: using the API" (2026-09).
"""

from collections.abc import Mapping
from typing import NamedTuple

from ...ads.errors import AdsError, Forbidden, InProgress, Rejected


class Verdict(NamedTuple):
    """What one code means: whose turn it is, what went wrong, what to do next."""

    kind: type[AdsError]
    message: str
    fix: str


class Updating(InProgress):
    """The members of the audience are being replaced; nothing else is taken meanwhile."""


class Finished(Rejected):
    """The upload had its last portion before: no other is taken."""


class TimedOut(Rejected):
    """A replacement took longer than Meta gives it, and ended with what had come."""


class HalfDone(Rejected):
    """Meta took a part of what it was told."""

    nothing_done = False


_TERMS = Verdict(
    Forbidden,
    "The terms for custom audiences are not accepted for this account.",
    "Let a person who manages the business that owns the account accept them in Meta Ads Manager, under Audiences.",
)
_NO_BUSINESS = Verdict(
    Forbidden,
    "The ad account belongs to no business at Meta, as audiences of people demand.",
    "Let a person connect the ad account to its business portfolio in Meta Business settings.",
)
_MAY_NOT_MAKE = Verdict(
    Forbidden,
    "The access token may not make audiences for this account.",
    "Give the token's owner the right to manage campaigns of the account, with the permission ads_management.",
)
_TOO_SMALL = Verdict(
    Rejected,
    "Meta takes nobody out of an audience that would become too small by it.",
    "Replace the members instead, or delete the audience in Meta Ads Manager.",
)
_RULE = Verdict(
    Rejected,
    "Meta cannot read the rule of the audience.",
    "Compare source, event and url_contains with what Meta Events Manager shows.",
)
_FLAGGED = Verdict(
    Rejected,
    "Meta restricts the audience: its name or content suggests what its terms do not allow.",
    "Let a person appeal in Meta's Audience Manager, or make another audience with another name.",
)
_UPDATING = Verdict(
    Updating,
    "Meta is still replacing the members of the audience.",
    "Wait until the list of audiences shows it as ready, then do it again.",
)
_TIMED_OUT = Verdict(
    TimedOut,
    "Meta ended the replacement of the members, for it took longer than 90 minutes.",
    "Wait until the list of audiences shows it as ready, compare its size with yours, and replace its members again.",
)
_NOT_BEGUN = Verdict(
    Rejected, "Meta knows of no such replacement of the members.", "Replace the members again, from the first on."
)
_FINISHED = Verdict(
    Finished, "The upload of members is already finished.", "If members are missing, add them with another update."
)
_HALF_DONE = Verdict(
    HalfDone,
    "Meta did not take all of the members.",
    "Compare the audience's size with yours, then replace its members again.",
)
_TOO_LARGE = Verdict(
    Rejected,
    "Meta replaces no members of an audience of 100 million people or more.",
    "Add and remove members instead, or make another audience.",
)
_TOO_OLD = Verdict(
    Rejected, "Meta takes events for seven days, of shops for 62 days.", "Leave out the events that are older."
)
_TOO_VAGUE = Verdict(
    Rejected,
    "An event says too little about its person for Meta to recognise them.",
    "Give an email address, a phone number, an id, or what the visit left behind.",
)

PEOPLE: Mapping[tuple[int, int], Verdict] = {
    (200, 1870034): _TERMS,
    (200, 1870090): _TERMS,
    (200, 1870050): _NO_BUSINESS,
    (2654, 1713092): _MAY_NOT_MAKE,
    (200, 1870047): _TOO_SMALL,
    (100, 1713098): _RULE,
    **dict.fromkeys(((100, 1713228), (100, 1713230), (100, 1713231), (100, 1713232)), _FLAGGED),
    (2650, 1870145): _UPDATING,
    (2650, 1870158): _TIMED_OUT,
    (2650, 1870147): _NOT_BEGUN,
    (2650, 1870159): _FINISHED,
    (2650, 1870148): _HALF_DONE,
    (2650, 1870144): _TOO_LARGE,
    # These two subcodes were seen in answers; Meta documents what they say, not their numbers.
    (100, 2804003): _TOO_OLD,
    (100, 2804050): _TOO_VAGUE,
}
"""By code and subcode."""


def updating() -> AdsError:
    """The error of an audience that takes no members now."""
    return _UPDATING.kind(_UPDATING.message, _UPDATING.fix, platform="meta")
