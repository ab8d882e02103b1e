"""What Meta answers to writes and to questions about one campaign, in our words.

Meta docs, "Graph API: read-after-write", "Ad labels" (2026-09).
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from ...ads.accounts import Account
from ...ads.campaigns import Campaign
from ..reading import identifier, reading
from .payloads import CAMPAIGN_FIELDS, CampaignRow, in_our_words
from .shapes import Edge, decoded, next_place

_PLATFORM = "meta"
LABELLED_FIELDS = f"{CAMPAIGN_FIELDS},adlabels{{name}}"


class _Made(msgspec.Struct):
    id: str | int


class _Owned(CampaignRow):
    account_id: str | int = ""


class _Written(msgspec.Struct):
    id: str | int | None = None
    status: str | None = None


class _Label(msgspec.Struct):
    name: str = ""


class _Labels(msgspec.Struct):
    data: list[_Label] = []


class _Labelled(CampaignRow):
    adlabels: list[_Label] | _Labels | None = None


_CAMPAIGN = msgspec.json.Decoder(CampaignRow)
_OWNED = msgspec.json.Decoder(_Owned)
_LABELLED = msgspec.json.Decoder(Edge[_Labelled])


def campaign(content: bytes, identity: str, account: Account, now: datetime) -> Campaign | None:
    """The campaign that an answer to a write consists of; None where it only has an id or a word of success.

    Raises:
        Garbled: it is about another campaign than the one with this `identity`.
    """
    with reading(_PLATFORM):
        row = msgspec.json.decode(content, type=_Written)
        if row.id is not None and identifier(row.id) != identity:
            raise ValueError("another campaign than the one that was written")
        if row.id is None or row.status is None:
            return None
        return _one(decoded(content, _CAMPAIGN), account, now)


def campaign_of(content: bytes, account: Account, now: datetime) -> Campaign | None:
    """The campaign that an answer consists of, if it belongs to `account`."""
    with reading(_PLATFORM):
        row = decoded(content, _OWNED)
        return _one(row, account, now) if f"act_{row.account_id}" == account.id else None


def made_id(content: bytes) -> str:
    """The id of what was just created."""
    with reading(_PLATFORM):
        return identifier(msgspec.json.decode(content, type=_Made).id)


def labelled(
    content: bytes, account: Account, now: datetime
) -> tuple[Sequence[tuple[Campaign, frozenset[str]]], str | None]:
    """The campaigns on a page with the names of their labels, and the place of the next page."""
    with reading(_PLATFORM):
        edge = decoded(content, _LABELLED)
        campaigns = in_our_words(edge.data, account, now)
        return list(zip(campaigns, map(_labels, edge.data), strict=True)), next_place(edge.paging)


def _one(row: CampaignRow, account: Account, now: datetime) -> Campaign:
    (read,) = in_our_words([row], account, now)
    return read


def _labels(row: _Labelled) -> frozenset[str]:
    labels = row.adlabels.data if isinstance(row.adlabels, _Labels) else row.adlabels or ()
    return frozenset(label.name for label in labels)
