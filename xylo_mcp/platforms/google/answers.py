"""What a write's own answer says that Google stored.

Shapes: Google Ads API reference, v26, `MutateGoogleAdsResponse` with `ResponseContentType.MUTABLE_RESOURCE`
(October 2026): each result names its resource and has, "if possible", those fields that can be changed.
"""

from collections.abc import Sequence
from typing import TypeVar

import msgspec

from ..reading import garbled, reading
from . import words
from .campaigns import BudgetFields, CampaignFields, CampaignRow
from .errors import PLATFORM
from .payloads import number, read

_Fields = TypeVar("_Fields", CampaignFields, BudgetFields)


class _CampaignResult(msgspec.Struct, frozen=True, rename="camel"):
    resource_name: str = ""
    campaign: msgspec.Raw = msgspec.Raw(b"{}")


class _BudgetResult(msgspec.Struct, frozen=True, rename="camel"):
    resource_name: str = ""
    campaign_budget: BudgetFields = BudgetFields()


class _Result(msgspec.Struct, frozen=True, rename="camel"):
    campaign_result: _CampaignResult | None = None
    campaign_budget_result: _BudgetResult | None = None

    @property
    def name(self) -> str:
        """Of the resource that was written; empty if none was."""
        result = self.campaign_result or self.campaign_budget_result
        return result.resource_name if result else ""


class _Answer(msgspec.Struct, frozen=True, rename="camel"):
    mutate_operation_responses: Sequence[_Result] = ()


class Written(msgspec.Struct, frozen=True):
    """A campaign that was written, as far as the answer says what it is now."""

    campaign_id: str
    campaign: CampaignFields = CampaignFields()
    budget: BudgetFields = BudgetFields()

    @property
    def whole(self) -> CampaignRow | None:
        """The campaign where the answer alone says all of it, as it does of one that begins paused."""
        theirs = self.campaign
        said = theirs.name and theirs.bidding_strategy_type and theirs.advertising_channel_type
        if not said or theirs.status != "PAUSED" or self.budget == BudgetFields():
            return None
        # Nothing is computed yet, but of a paused campaign this word is the definition (v26, CampaignPrimaryStatus).
        paused = msgspec.structs.replace(theirs, id=self.campaign_id, primary_status="PAUSED")
        return CampaignRow(paused, self.budget)

    def over(self, seen: CampaignRow) -> CampaignRow:
        """The campaign as it was `seen`, with what the answer says, which is never older."""
        return CampaignRow(_newer(seen.campaign, self.campaign), _newer(seen.campaign_budget, self.budget))


def written(body: bytes, account_id: str, campaign_id: str, operations: int) -> Written:
    """What so many operations wrote, to the campaign with this id or to a new one.

    Raises:
        Garbled: the answer doesn't say, or says something else.
    """
    results = read(body, _Answer).mutate_operation_responses
    campaign, budget = CampaignFields(), BudgetFields()
    for result in results:
        if result.campaign_result:
            named = number(result.name, f"{account_id}/campaigns/")
            campaign_id = campaign_id or named
            if campaign_id != named:
                raise garbled(PLATFORM)
            campaign = _campaign(result.campaign_result.campaign)
        elif result.campaign_budget_result:
            number(result.name, f"{account_id}/campaignBudgets/")
            budget = result.campaign_budget_result.campaign_budget
        else:
            raise garbled(PLATFORM)
    if len(results) != operations or not campaign_id:
        raise garbled(PLATFORM)
    return Written(campaign_id, campaign, budget)


def checked_only(body: bytes) -> None:
    """Make sure that an answer to a mere question tells of nothing that was written.

    Raises:
        Garbled: it does.
    """
    if any(result.name for result in read(body, _Answer).mutate_operation_responses):
        raise garbled(PLATFORM)


def _campaign(raw: msgspec.Raw) -> CampaignFields:
    """The bidding that was chosen is the one field of its kind; the word for it is computed, so it is not told."""
    with reading(PLATFORM):
        fields = msgspec.json.decode(raw, type=CampaignFields)
        said = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
    bidding = next((recipe.bidding for recipe in words.RECIPES.values() if recipe.member in said), "")
    return msgspec.structs.replace(fields, bidding_strategy_type=fields.bidding_strategy_type or bidding)


def _newer(old: _Fields, new: _Fields) -> _Fields:
    silent = type(new)()
    said = {name: getattr(new, name) for name in new.__struct_fields__ if getattr(new, name) != getattr(silent, name)}
    return msgspec.structs.replace(old, **said)
