"""How all accounts did, in short, over all platforms."""

from ..ads.dates import DatePreset
from ..app import Caller
from ..tools.get_summary import GetSummary, get_summary


async def summary(preset: DatePreset, caller: Caller) -> str:
    """How all accounts did over `preset`, against the equally long time before."""
    return (await get_summary(GetSummary(date_preset=preset), caller)).text
