"""Whom an event is about (Conversions API docs, "Customer Information Parameters", 2026-09)."""

import re
from collections.abc import Callable, Mapping
from ipaddress import ip_address

from .refusals import bad_event, too_little
from .shapes import Given

_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII).fullmatch
_CLICK = re.compile(r"fb\.[0-2]\.[0-9]{13}\.\S+", re.ASCII).fullmatch
_HASHED = (
    *("em", "ph", "fn", "ln", "db", "ge", "ct", "st", "zp", "country"),
    *("f5first", "f5last", "fi", "dobd", "dobm", "doby"),
)
_NAMES = (
    *("external_id", "subscription_id", "fb_login_id", "lead_id", "anon_id", "madid", "page_id", "ctwa_clid"),
    *("page_scoped_user_id", "ig_account_id", "ig_sid"),
)
_NEVER_KEPT = frozenset({"client_ip_address", "client_user_agent"})
_TOO_BROAD = (
    frozenset({"ct", "country", "st", "zp", "ge", "client_user_agent"}),
    frozenset({"db", "client_user_agent"}),
    frozenset({"fn", "ge"}),
    frozenset({"ln", "ge"}),
)
"""What is no more than one of these does not make out a person, since v13.0 ("Best Practices", 2026-09)."""


def person(position: int, user_data: Mapping[str, Given]) -> Mapping[str, str]:
    """The digests and ids of an event, several of a kind with commas between; refused where one is not as it must be.

    Addresses and user agents are checked and not kept.
    """
    found: dict[str, str] = {}
    for name, given in user_data.items():
        values = [str(value) for value in (given if isinstance(given, list) else [given])]
        if name not in _FITS:
            raise bad_event(position, "user_data", "must have no parameters but Meta's")
        if not all(_FITS[name](value) for value in values):
            raise bad_event(position, f"user_data[{name}]", _MUST.get(name, "must be a SHA-256 digest in lower case"))
        if values:
            found[name] = ",".join(values)
    if any(found.keys() <= broad for broad in _TOO_BROAD):
        raise too_little()
    return {name: value for name, value in found.items() if name not in _NEVER_KEPT}


def _is_digest(value: str) -> bool:
    return _DIGEST(value) is not None


def _is_click(value: str) -> bool:
    return _CLICK(value) is not None


def _is_address(value: str) -> bool:
    try:
        ip_address(value)
    except ValueError:
        return False
    return True


def _is_something(value: str) -> bool:
    return bool(value.strip())


_FITS: Mapping[str, Callable[[str], bool]] = {
    **dict.fromkeys(_HASHED, _is_digest),
    **dict.fromkeys(_NAMES, _is_something),
    "client_user_agent": _is_something,
    "client_ip_address": _is_address,
    "fbc": _is_click,
    "fbp": _is_click,
}
_MUST = {
    **dict.fromkeys((*_NAMES, "client_user_agent"), "must not be empty"),
    "client_ip_address": "must be an IPv4 or IPv6 address",
    "fbc": "must have the form fb.1.<milliseconds>.<click id>",
    "fbp": "must have the form fb.1.<milliseconds>.<number>",
}
