"""The insights edge of accounts and campaigns (Marketing API docs, "Insights API", 2026-09).

On an account, campaigns that are archived or deleted count in the account's sums, yet rows per
campaign leave them out unless `campaign.effective_status` asks for them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from ..world import AccountPlan, Campaign, World
from .breakdowns import columns
from .errors import too_slow
from .figures import Books, Row, Sums
from .inquiry import Inquiry, inquiry
from .metrics import metric
from .paging import Listing, Visit, page
from .sieve import admitted, chosen, in_order
from .wire import Json

MOST_AT_ONCE = 20_000
"""The rows, about, above which a question takes too long to be answered at once. Meta names no number."""


@dataclass(frozen=True, slots=True)
class Subject:
    """An account, or one campaign of it."""

    account: AccountPlan
    campaign: Campaign | None = None

    @property
    def node(self) -> str:
        """Its name in paths."""
        return self.campaign.id if self.campaign else f"act_{self.account.id}"


class Insights:
    """Answers insights, on an account or on one campaign."""

    def __init__(self, world: World) -> None:
        self._world, self._books = world, Books(world)

    def answer(self, subject: Subject, arguments: Mapping[str, str], visit: Visit) -> dict[str, Json]:
        """The page that is asked for; a question that is too large for an answer at once is refused."""
        asked = self.read(subject, arguments)
        if self.size(subject, asked) > MOST_AT_ONCE:
            raise too_slow()
        listing = Listing(f"{subject.node}/insights", arguments, asked.text)
        return self.page(subject, asked, arguments, listing, visit)

    def read(self, subject: Subject, arguments: Mapping[str, str]) -> Inquiry:
        """The question in `arguments`, if Meta takes it."""
        asked = inquiry(subject.campaign, arguments, self._world.today(subject.account))
        self._chosen(subject, asked)
        return asked

    def size(self, subject: Subject, asked: Inquiry) -> int:
        """How many rows the answer has at most, about."""
        return asked.size(self._world, self._chosen(subject, asked))

    def page(
        self, subject: Subject, asked: Inquiry, arguments: Mapping[str, str], listing: Listing, visit: Visit
    ) -> dict[str, Json]:
        """The page of the rows at the place that `listing` names."""
        sums = Sums(subject.account, self._chosen(subject, asked), asked.spans, asked.level, asked.breakdown)
        rows = in_order(arguments, admitted(self._books.rows(sums), asked.wanted, asked.level))
        return page(listing, rows, partial(_shown, asked=asked), visit)

    def _chosen(self, subject: Subject, asked: Inquiry) -> Sequence[Campaign]:
        whole = subject.campaign is None
        everything = tuple(reversed(self._world.campaigns("meta", subject.account.id))) if whole else ()
        candidates = (subject.campaign,) if subject.campaign else everything
        return chosen(candidates, asked.wanted, level=asked.level, on_account=whole)


def _shown(row: Row, *, asked: Inquiry) -> Json:
    found = {name: metric(row, name, asked.windows) for name in asked.names}
    told = {name: value for name, value in found.items() if value is not None}
    return {**told, **columns(asked.breakdown, row.segment)}
