"""get_summary."""

from typing import Annotated

from pydantic import Field

from ..ads.dates import DatePreset
from ..app import Caller
from ..insights.overview import overview
from .catalog import Answer, Arguments
from .summarising import summary_of
from .summary_pictures import pictures
from .summary_text import reservations, summary_lines


class GetSummary(Arguments):
    """What get_summary takes."""

    date_preset: Annotated[DatePreset, Field(description="default: last_7d")] = "last_7d"


async def get_summary(asked: GetSummary, caller: Caller) -> Answer:
    """How everything did, in short: each platform and currency against the time before, what moved, what was unusual,
    spend against the caps. Begin here; get_insights has the details.
    """
    found = await overview(await caller.asker(), asked.date_preset)
    policy = (await caller.app.rules.get()).policy
    content = summary_of(caller.app, asked.date_preset, found, policy)
    said = list(reservations(found.by_day, content))
    text = "\n".join(summary_lines(caller.app, found, content, said))
    return Answer(text, content, meta=pictures(caller.app, found, content, said))
