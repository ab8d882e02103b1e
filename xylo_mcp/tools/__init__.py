"""What a model can do: the catalog. A tool is in this list, or it does not exist."""

from collections.abc import Sequence

import msgspec

from .. import dashboard
from .catalog import Answer, Tool, tool
from .create_audience import CreateAudience, create_audience
from .create_campaign import CreateCampaign, create_campaign
from .get_guardrails import GetGuardrails, Guardrails, get_guardrails
from .get_insights import GetInsights, Insights, get_insights
from .get_operation import GetOperation, get_operation
from .get_summary import GetSummary, get_summary
from .handing import Handovers
from .list_accounts import Accounts, ListAccounts, list_accounts
from .list_audiences import Audiences, ListAudiences, list_audiences
from .list_campaigns import Campaigns, ListCampaigns, list_campaigns
from .pause_campaign import PauseCampaign, pause_campaign
from .send_conversion import SendConversion, send_conversion
from .summarising import Summary
from .update_audience import UpdateAudience, update_audience
from .update_campaign import UpdateCampaign, update_campaign
from .writing import Written

__all__ = ["TOOLS", "Answer", "Tool"]

_SUMMARY = tool(get_summary, "READ", "Get a summary", GetSummary, Summary)


def _of(toolset: str, one: Tool) -> Tool:
    """`one`, offered only with its toolset."""
    return msgspec.structs.replace(one, toolset=toolset)


TOOLS: Sequence[Tool] = (
    tool(list_accounts, "READ", "List ad accounts", ListAccounts, Accounts),
    tool(list_campaigns, "READ", "List campaigns", ListCampaigns, Campaigns),
    tool(get_insights, "READ", "Get performance", GetInsights, Insights),
    msgspec.structs.replace(_SUMMARY, page=dashboard.URI),
    tool(create_campaign, "WRITE", "Create a campaign", CreateCampaign, Written),
    tool(update_campaign, "WRITE", "Change a campaign", UpdateCampaign, Written),
    tool(pause_campaign, "WRITE", "Pause a campaign", PauseCampaign, Written),
    tool(create_audience, "WRITE", "Create an audience", CreateAudience, Handovers),
    tool(send_conversion, "WRITE", "Send conversions", SendConversion, Handovers),
    _of("audiences", tool(list_audiences, "READ", "List audiences", ListAudiences, Audiences)),
    _of("audiences", tool(update_audience, "WRITE", "Change an audience", UpdateAudience, Handovers)),
    tool(get_guardrails, "READ", "Get the guardrails", GetGuardrails, Guardrails),
    tool(get_operation, "READ", "Get an operation", GetOperation, Written),
)
