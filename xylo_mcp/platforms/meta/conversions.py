"""Which of Meta's actions are conversions, each counted once."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

# The names under which Meta reports one and the same event overlap, so each family counts one of its
# choices: the first that is there. What is added up within a choice does not overlap (Meta Marketing
# API docs, "Insights: action types").
_FAMILIES: Sequence[Sequence[Sequence[str]]] = (
    (
        ("omni_purchase",),
        ("purchase",),
        ("offsite_conversion.fb_pixel_purchase",),
        ("onsite_web_app_purchase",),
        ("onsite_web_purchase",),
        ("web_in_store_purchase",),
        ("app_custom_event.fb_mobile_purchase",),
    ),
    (("lead",), ("onsite_conversion.lead_grouped", "offsite_conversion.fb_pixel_lead")),
    (("omni_app_install",), ("mobile_app_install",)),
)


def counted(values: Mapping[str, Decimal | None]) -> Decimal | None:
    """Purchases, leads and app installs among the `values` by action type.

    What is not there did not happen: Meta omits it. None if one that counts has no value.
    """
    total = Decimal(0)
    for value in (value for family in _FAMILIES for value in _first_present(family, values)):
        if value is None:
            return None
        total += value
    return total


def _first_present(family: Sequence[Sequence[str]], values: Mapping[str, Decimal | None]) -> Sequence[Decimal | None]:
    for choice in family:
        present = [values[kind] for kind in choice if kind in values]
        if present:
            return present
    return ()
