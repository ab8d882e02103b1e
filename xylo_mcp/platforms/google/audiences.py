"""Google's user lists, read into our audiences.

Shapes: Google Ads API reference, v26, `UserList` (October 2026). Sizes are null until Google has determined them.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated

import msgspec

from ...ads.accounts import Account
from ...ads.audiences import Audience, AudienceKind, Readiness
from ..reading import identifier
from .people import AUDIENCES

_Count = Annotated[int, msgspec.Meta(ge=0, le=10**15)]

# Lists of app users are rule-based too, and nothing short of their rule tells them from a website's.
KINDS: Mapping[str, AudienceKind] = {
    "CRM_BASED": "customer_list",
    "RULE_BASED": "website",
    "REMARKETING": "website",
    "LOOKALIKE": "lookalike",
    "SIMILAR": "lookalike",
}


class _Fields(msgspec.Struct, frozen=True, rename="camel", gc=False):
    id: str | int
    name: str = ""
    kind: str = msgspec.field(default="", name="type")
    membership_status: str = ""
    account_user_list_status: str = ""
    size_for_display: _Count | None = None
    size_for_search: _Count | None = None
    eligible_for_display: bool | None = None
    eligible_for_search: bool | None = None

    @property
    def size(self) -> int | None:
        """Google counts for each of its networks; the people of one may all be among those of another."""
        told = [size for size in (self.size_for_display, self.size_for_search) if size is not None]
        return max(told, default=None)

    @property
    def readiness(self) -> Readiness:
        if self.membership_status == "CLOSED":
            return "closed"  # "No new members being added. Cannot be used for targeting."
        if self.account_user_list_status == "DISABLED":
            return "unusable"  # whoever shared it has taken it back
        if self.membership_status != "OPEN":
            return "unknown"
        if self.size is None:
            return "processing"
        if self.size < AUDIENCES.smallest:
            return "too_small"
        return _eligible((self.eligible_for_display, self.eligible_for_search))


class AudienceRow(msgspec.Struct, frozen=True, rename="camel", gc=False):
    """A user list as a row has it."""

    user_list: _Fields

    @property
    def id(self) -> str:
        """Its number.

        Raises:
            ValueError: it has none.
        """
        return identifier(self.user_list.id)

    def in_our_words(self, account: Account) -> Audience:
        """It as one of `account`'s audiences. Google does not say when it was made."""
        theirs = self.user_list
        return Audience(
            id=self.id,
            account=account.id,
            name=theirs.name,
            kind=KINDS.get(theirs.kind, "other"),
            size=theirs.size,
            readiness=theirs.readiness,
            raw_kind=theirs.kind,
            raw_status=theirs.membership_status,
        )


def _eligible(networks: Sequence[bool | None]) -> Readiness:
    if any(networks):
        return "ready"
    return "unusable" if False in networks else "unknown"
