"""Refuses audiences that TikTok cannot make, and changes that it cannot carry out, before anything is sent.

TikTok API for Business docs, v1.3, "Create an audience by file", "Create an audience by rules", "Create a lookalike
audience", "Update the details of an audience", 2026.
"""

import re

from ...ads.errors import Invalid, Unsupported
from ...ads.handovers import CreateAudience, MembersChange, UpdateAudience
from .member_files import MOST_FILES
from .people import AUDIENCES
from .shapes import PLATFORM

_LONGEST_NAME = 128
_LONGEST_VALUE = 100
_MOST_DAYS = 365
_MOST_ROWS = MOST_FILES * AUDIENCES.portion
_ID = re.compile(r"[0-9]{1,20}")
_COUNTRY = re.compile(r"[A-Z]{2}")


def check(change: MembersChange) -> None:
    """Refuse `change` where TikTok has no such thing or takes no such value.

    Raises:
        Unsupported, Invalid: it is such a one.
    """
    if isinstance(change, UpdateAudience):
        _check_update(change)
    else:
        _check_create(change)


def _check_create(change: CreateAudience) -> None:
    if change.kind not in AUDIENCES.kinds:
        raise _unsupported(f"TikTok makes no audience of the kind {change.kind} here.", "Choose another kind.")
    if not change.name.strip():
        raise _invalid("name: an audience needs one.", "Give it a name.")
    _check_name(change.name)
    if change.description:
        raise _unsupported("TikTok's audiences have no description.", "Leave the description out.")
    match change.kind:
        case "customer_list":
            _check_list(change)
        case "lookalike":
            _check_lookalike(change)
        case _:
            _check_rule(change)


def _check_list(change: CreateAudience) -> None:
    if change.rule is not None or change.seed is not None:
        raise _invalid("A customer list has neither a rule nor a seed.", "Leave them out.")
    if change.days is not None and not 1 <= change.days <= _MOST_DAYS:
        raise _invalid(f"days: TikTok takes 1 to {_MOST_DAYS}.", "Give another number, or none.")
    _check_members(change.rows, change.consent)


def _check_rule(change: CreateAudience) -> None:
    """A rule with a source, and what it asks for beside."""
    rule = change.rule
    if rule is None or change.seed is not None:
        raise _invalid(f"source: a {change.kind} audience is made of what was done at one.", "Give its id.")
    _check_no_days(change)
    if not _ID.fullmatch(rule.source):
        raise _invalid(
            "source: TikTok's is a number: a pixel's id (not its code), an app's, or an ad group's for engagement.",
            "Give that id.",
        )
    if not 1 <= rule.days <= _MOST_DAYS:
        raise _invalid(f"days: TikTok looks back 1 to {_MOST_DAYS} days.", "Give another number.")
    if rule.url_contains and change.kind != "website":
        raise _unsupported("Only a website's rule can ask for an address.", "Leave url_contains out.")
    if rule.url_contains and not rule.event:
        raise _unsupported(
            "TikTok asks for an address only together with an event.", "Give the event, too, or leave both out."
        )
    if len(rule.url_contains) > _LONGEST_VALUE:
        raise _invalid(f"url_contains: TikTok takes {_LONGEST_VALUE} characters.", "Shorten it.")


def _check_lookalike(change: CreateAudience) -> None:
    seed = change.seed
    if seed is None or change.rule is not None:
        raise _invalid("source: a lookalike is made of another audience.", "Give the id of that.")
    _check_no_days(change)
    if not _ID.fullmatch(seed.audience_id):
        raise _invalid("source: this is no id of TikTok's.", "List the audiences and use an id from there.")
    if not seed.countries or not all(map(_COUNTRY.fullmatch, seed.countries)):
        raise _invalid("countries: at least one code of two capital letters is needed.", "Give for example DE.")


def _check_update(change: UpdateAudience) -> None:
    if not _ID.fullmatch(change.audience_id):
        raise _invalid("audience_id: this is no id of TikTok's.", "List the audiences and use an id from there.")
    if change.status is not None:
        raise _unsupported("TikTok's audiences cannot be closed or opened.", "Leave the status out.")
    if not change.action and not change.name:
        raise _invalid("Nothing is to be changed.", "Give members or another name.")
    _check_name(change.name)
    if change.action:
        _check_members(change.rows, "unsaid" if change.action == "remove" else change.consent)


def _check_name(name: str) -> None:
    if len(name) > _LONGEST_NAME:
        raise _invalid(f"name: TikTok takes {_LONGEST_NAME} characters.", "Shorten it.")


def _check_no_days(change: CreateAudience) -> None:
    if change.days is not None:
        raise _unsupported(
            "TikTok keeps no time for which people stay in an audience of this kind.",
            "Leave days out; how far a rule looks back stands in the rule.",
        )


def _check_members(rows: int, consent: str) -> None:
    """Refuse a list of nobody, of too many, or of people who said no."""
    if rows < 1:
        raise _invalid("TikTok makes and changes lists out of members alone, and there are none.", "Give some.")
    if rows > _MOST_ROWS:
        raise _invalid(f"TikTok takes at most {_MOST_ROWS} people at once here.", "Hand the list over in parts.")
    if consent == "denied":
        raise _invalid(
            "consent: people who said no are not handed over.", "Leave them out, or remove them from the list."
        )


def _invalid(message: str, fix: str) -> Invalid:
    return Invalid(message, fix, platform=PLATFORM)


def _unsupported(message: str, fix: str) -> Unsupported:
    return Unsupported(message, fix, platform=PLATFORM)
