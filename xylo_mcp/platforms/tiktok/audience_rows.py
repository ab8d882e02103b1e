"""TikTok's audiences in our words.

Fields and values: TikTok API for Business docs, v1.3, "Get all audiences", 2026.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from ...ads.accounts import Account
from ...ads.audiences import Audience, AudienceKind, Readiness
from ..paging import Numbered, complete
from ..reading import identifier, reading
from .people import AUDIENCES
from .shapes import PLATFORM, Answer, Page, pages

# What TikTok calls them in its lists; words meant for people, so their case is not relied on.
_KINDS: Mapping[str, AudienceKind] = {
    "customer file audience": "customer_list",
    "website audience": "website",
    "website traffic audience": "website",
    "app activity audience": "app_activity",
    "engagement audience": "engagement",
    "organic engagement audience": "engagement",
    "live engagement audience": "engagement",
    "lookalike audience": "lookalike",
}


class Listed(NamedTuple):
    """One audience of a list; `own`: it was not shared by another account; `sort`: what its files are like."""

    audience: Audience
    own: bool
    sort: str


class _Audience(msgspec.Struct, gc=False):
    audience_id: str | int
    name: str | None = None
    audience_type: str | None = None
    calculate_type: str | None = None
    cover_num: int | None = None
    is_creator: bool | None = None
    is_valid: bool | None = None
    msg: str | None = None
    error_msg: str | None = None
    create_time: str | None = None
    expired_time: str | None = None


_DECODER = msgspec.json.Decoder(Answer[Page[_Audience]])


def audiences(
    content: bytes, account: Account, place: tuple[int, int], now: datetime
) -> tuple[Sequence[Audience], int]:
    """The audiences on the page at `place` (its number, and the size of all), and how many pages there are."""
    page, size = place
    with reading(PLATFORM):
        data = _DECODER.decode(content).data
        last = pages(data.page_info, page)
        if page <= last:
            rest = data.page_info.total_number - (page - 1) * size
            complete(PLATFORM, len(data.rows), size if page < last else rest)
        return [_listed(row, account, now).audience for row in data.rows], last


def every(content: bytes, account: Account, page: int, now: datetime) -> Numbered[Listed]:
    """The audiences on the asked `page`, as a part of the whole list."""
    with reading(PLATFORM):
        data = _DECODER.decode(content).data
        rows = [_listed(row, account, now) for row in data.rows]
        return Numbered(rows, pages(data.page_info, page), data.page_info.total_number)


def _listed(row: _Audience, account: Account, now: datetime) -> Listed:
    created = _time(row.create_time)
    raw_kind = row.audience_type or ""
    audience = Audience(
        id=identifier(row.audience_id),
        account=account.id,
        name=row.name or "",
        kind=_KINDS.get(raw_kind.strip().lower(), "other"),
        size=_size(row),
        readiness=_readiness(row, created, now),
        raw_kind=raw_kind,
        raw_status=row.error_msg or row.msg or "",
        created=created,
    )
    return Listed(audience, row.is_creator is not False, row.calculate_type or "")


def _size(row: _Audience) -> int | None:
    """How many people TikTok knows in it. A 0 of one that ads cannot use stands for "too few", or "not yet"."""
    size = row.cover_num
    return None if size is None or size < 0 or (size == 0 and not row.is_valid) else size


def _readiness(row: _Audience, created: datetime | None, now: datetime) -> Readiness:
    """Whether ads can use it. TikTok says only whether, hardly why not; the rest is an assumption from its figures."""
    if row.is_valid is not False:
        return "ready" if row.is_valid else "unknown"
    expired = _time(row.expired_time)
    if (expired is not None and expired <= now) or row.error_msg:
        return "unusable"
    if created is not None and now < created + AUDIENCES.processing:
        return "processing"
    return "too_small" if row.cover_num is not None and row.cover_num < AUDIENCES.smallest else "unusable"


def _time(text: str | None) -> datetime | None:
    """TikTok tells times of audiences in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None
