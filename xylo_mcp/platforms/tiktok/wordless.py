"""Keeps TikTok's words about requests with people's data from naming any of these people."""

import re
from collections.abc import Generator
from contextlib import contextmanager

from ...ads.errors import AdsError, VendorWords

# Those of them that are no everyday words.
_FIELDS = frozenset(
    {
        "advertiser_id",
        "calculate_type",
        "content_id",
        "content_type",
        "contents",
        "currency",
        "custom_audience_id",
        "custom_audience_name",
        "email",
        "event_id",
        "event_source",
        "event_source_id",
        "event_time",
        "external_id",
        "file_paths",
        "file_signature",
        "gaid",
        "idfa",
        "ip",
        "order_id",
        "phone",
        "phone_number",
        "pixel_code",
        "price",
        "properties",
        "quantity",
        "referrer",
        "test_event_code",
        "timestamp",
        "ttclid",
        "ttp",
        "url",
        "user_agent",
    }
)
_WORD = re.compile(r"[a-z_]+")
# An address, a digest, a mobile id or a phone number.
_SOMEBODY = re.compile(r"@|[0-9a-fA-F]{32}|[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-|\+[0-9]")


@contextmanager
def about_people() -> Generator[None]:
    """Within it, errors keep TikTok's code and request id, and of its message the names of fields alone.

    A refusal may quote what it refuses, such as an address or its digest.
    """
    try:
        yield
    except AdsError as error:
        error.vendor = _only_fields(error.vendor)
        raise


@contextmanager
def about_lists() -> Generator[None]:
    """Within it, errors keep TikTok's message unless it could be about one person: such requests only name files."""
    try:
        yield
    except AdsError as error:
        if error.vendor and _SOMEBODY.search(error.vendor.message):
            error.vendor = _only_fields(error.vendor)
        raise


def fields_named(words: VendorWords | None) -> tuple[str, ...]:
    """The names of our requests' fields in what TikTok said, each once, in their order."""
    said = _WORD.findall(words.message) if words else []
    return tuple(dict.fromkeys(word for word in said if word in _FIELDS))


def _only_fields(words: VendorWords | None) -> VendorWords | None:
    return words and VendorWords(words.code, " ".join(fields_named(words)), words.request_id)
