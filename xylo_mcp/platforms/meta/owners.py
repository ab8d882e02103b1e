"""Which ad account campaigns belong to: Meta's requests to a campaign do not name it, and it never changes."""

from collections.abc import Iterable

from ...ads.accounts import Account
from ...ads.campaigns import Campaign

_MOST = 50_000


class Owners:
    """The owners of the campaigns read most recently."""

    def __init__(self) -> None:
        self._accounts: dict[str, str] = {}

    def learn(self, campaigns: Iterable[Campaign]) -> None:
        """Remember whose `campaigns` are."""
        for campaign in campaigns:
            self._accounts.pop(campaign.id, None)
            self._accounts[campaign.id] = campaign.account
        while len(self._accounts) > _MOST:
            del self._accounts[next(iter(self._accounts))]

    def owns(self, account: Account, campaign_id: str) -> bool:
        """Whether it is known that `account` has this campaign."""
        return self._accounts.get(campaign_id) == account.id
