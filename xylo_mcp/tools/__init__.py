"""What a model can do: the catalog. A tool is in this list, or it does not exist."""

from collections.abc import Sequence

from .catalog import Answer, Tool, tool
from .get_insights import GetInsights, Insights, get_insights
from .list_accounts import Accounts, ListAccounts, list_accounts
from .list_campaigns import Campaigns, ListCampaigns, list_campaigns

__all__ = ["TOOLS", "Answer", "Tool"]

TOOLS: Sequence[Tool] = (
    tool(list_accounts, "READ", "List ad accounts", ListAccounts, Accounts),
    tool(list_campaigns, "READ", "List campaigns", ListCampaigns, Campaigns),
    tool(get_insights, "READ", "Get performance", GetInsights, Insights),
)
