"""What a model can read without a tool: the catalog. A resource is in this list, or it does not exist."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from .. import dashboard
from ..ads.dates import PRESETS, DatePreset
from ..ads.errors import NotFound
from ..app import Caller
from ..tools.exporting import EXPORTS, export
from .answers import accounts, campaigns, guardrails, operation
from .catalog import Resource, Values
from .glossary import glossary
from .summary import summary

__all__ = ["RESOURCES", "Resource", "canonical", "find", "summary"]

_PRESETS: Mapping[str, DatePreset] = {preset: preset for preset in PRESETS}


async def _summary(values: Values, caller: Caller) -> str:
    preset = _PRESETS.get(values["date_preset"])
    if preset is None:
        raise NotFound("There is no summary of such days.", f"Read one with date_preset one of {', '.join(PRESETS)}.")
    return await summary(preset, caller)


async def _export(values: Values, caller: Caller) -> str:
    return export(values["name"], caller)


async def _dashboard(values: Values, caller: Caller) -> str:
    return dashboard.page()


RESOURCES: Sequence[Resource] = (
    Resource(
        uri="xylo://summary/{date_preset}",
        name="summary",
        title="Performance of all accounts",
        description="Each platform and currency against the time before, what moved, pace, what was unusual.",
        mime_type="text/markdown",
        priority=1.0,
        read=_summary,
        fresh=timedelta(minutes=1),
        values=PRESETS,
    ),
    Resource(
        uri="xylo://accounts",
        name="accounts",
        title="Ad accounts",
        description="Every account of every platform: id, name, currency, time zone, status, mode, cap a day.",
        mime_type="text/plain",
        priority=0.9,
        read=accounts,
        fresh=timedelta(minutes=1),
    ),
    Resource(
        uri="xylo://accounts/{+account}/campaigns",
        name="campaigns",
        title="Campaigns of an account",
        description="Every campaign of one account, archived ones included: id, name, status, objective, budget.",
        mime_type="text/plain",
        priority=0.6,
        read=campaigns,
    ),
    Resource(
        uri="xylo://guardrails",
        name="guardrails",
        title="Guardrails",
        description="What the operator allows: caps, limits, halts, and how many changes are not settled.",
        mime_type="text/plain",
        priority=0.8,
        read=guardrails,
    ),
    Resource(
        uri="xylo://operations/{id}",
        name="operation",
        title="An operation",
        description="What became of one change, by its operation_id.",
        mime_type="text/plain",
        priority=0.5,
        read=operation,
    ),
    Resource(
        uri="xylo://glossary",
        name="glossary",
        title="Words and metrics",
        description="What each word, metric and error code means here, and how the platforms differ.",
        mime_type="text/markdown",
        priority=0.4,
        read=glossary,
        fresh=timedelta(hours=1),
    ),
    Resource(
        uri=EXPORTS + "{name}",
        name="export",
        title="All rows of an answer",
        description="What get_insights names where an answer is cut: CSV, or JSON with .json at its end; for an hour.",
        mime_type="text/csv",
        priority=0.3,
        read=_export,
    ),
    Resource(
        uri=dashboard.URI,
        name="dashboard",
        title="Dashboard",
        description="The page that hosts show beside get_summary.",
        mime_type=dashboard.MIME,
        priority=0.1,
        read=_dashboard,
        fresh=timedelta(hours=1),
        audience=("user",),
        meta={"ui": {"prefersBorder": True}},
    ),
)


def find(uri: str) -> tuple[Resource, Values]:
    """The resource at `uri`, and the values of its variables there.

    Raises:
        NotFound: there is none.
    """
    for resource in RESOURCES:
        values = resource.match(uri)
        if values is not None:
            return resource, values
    there = ", ".join(resource.uri for resource in RESOURCES)
    raise NotFound(
        f"There is no resource {uri[:80]!a}.", f"There are {there}; date_preset one of {', '.join(PRESETS)}."
    )


def canonical(uri: str) -> str:
    """`uri` as we write it: what it may have percent-encoded stands there in plain.

    Raises:
        NotFound: there is no such resource.
    """
    resource, values = find(uri)
    return resource.at("".join(values.values()))
