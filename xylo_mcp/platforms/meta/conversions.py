"""Which of Meta's actions are conversions, each counted once, and what they were worth.

The names under which Meta reports one and the same event overlap, so each family of events counts one of its
choices: the first that is there. What is added up within a choice does not overlap (Meta Marketing API docs,
"Insights: action types", 2026-09).
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import msgspec

from .events import DEFAULT
from .figures import exact, to_a_millionth

_Choices = tuple[tuple[str, ...], ...]
_NOTHING = Decimal(0)


class Family(msgspec.Struct, frozen=True):
    """The names of one kind of event, those to be preferred first; `names` are all of them."""

    choices: _Choices
    names: frozenset[str]


def _family(*choices: tuple[str, ...]) -> Family:
    return Family(choices, frozenset(name for choice in choices for name in choice))


_FAMILIES: Mapping[str, Family] = {
    "purchase": _family(
        ("omni_purchase",),
        ("purchase",),
        ("offsite_conversion.fb_pixel_purchase",),
        ("onsite_web_app_purchase",),
        ("onsite_web_purchase",),
        ("web_in_store_purchase",),
        ("app_custom_event.fb_mobile_purchase",),
    ),
    "lead": _family(("lead",), ("onsite_conversion.lead_grouped", "offsite_conversion.fb_pixel_lead")),
    "app_install": _family(("omni_app_install",), ("mobile_app_install",)),
    "complete_registration": _family(
        ("omni_complete_registration",),
        ("complete_registration",),
        ("offsite_conversion.fb_pixel_complete_registration",),
        ("app_custom_event.fb_mobile_complete_registration",),
    ),
    "add_to_cart": _family(
        ("omni_add_to_cart",),
        ("add_to_cart",),
        ("offsite_conversion.fb_pixel_add_to_cart",),
        ("app_custom_event.fb_mobile_add_to_cart",),
    ),
    "initiate_checkout": _family(
        ("omni_initiated_checkout",),
        ("initiate_checkout",),
        ("offsite_conversion.fb_pixel_initiate_checkout",),
        ("app_custom_event.fb_mobile_initiated_checkout",),
    ),
    "landing_page_view": _family(("landing_page_view",)),
    "conversation": _family(("onsite_conversion.messaging_conversation_started_7d",)),
}


def families(events: Sequence[str]) -> Sequence[Family]:
    """The families of these `events`, each once; of the usual ones where none is named."""
    return [_FAMILIES[event] for event in dict.fromkeys(events or DEFAULT)]


def counted(
    wanted: Sequence[Family], counts: Mapping[str, msgspec.Raw], values: Mapping[str, msgspec.Raw]
) -> tuple[Decimal | None, Decimal | None]:
    """How many events of the `wanted` families there were, and their worth, from what each action type says.

    What is not there did not happen: Meta omits it. None where something that counts has no figure, or where only
    names that are not counted have a worth.
    """
    if not counts and not values:
        return _NOTHING, _NOTHING
    number: Decimal | None = _NOTHING
    worth: Decimal | None = _NOTHING
    for family in wanted:
        present = _first_present(family.choices, counts)
        for name in present:
            number = _plus(number, counts[name])
        valued = [values[name] for name in present if name in values] if values else ()
        for value in valued:
            worth = _plus(worth, value)
        if not valued and values and not family.names.isdisjoint(values):
            worth = None
    return (
        number if number is None or number is _NOTHING else to_a_millionth(number),
        worth if worth is None or worth is _NOTHING else to_a_millionth(worth),
    )


def _plus(total: Decimal | None, raw: msgspec.Raw) -> Decimal | None:
    part = exact(raw)
    if total is None or part is None:
        return None
    return part if total is _NOTHING else total + part


def _first_present(choices: _Choices, counts: Mapping[str, msgspec.Raw]) -> Sequence[str]:
    for choice in choices:
        if choice[0] in counts or (len(choice) > 1 and not counts.keys().isdisjoint(choice)):
            return choice if len(choice) == 1 else [name for name in choice if name in counts]
    return ()
