"""What a model can read without asking a question: performance in short, over all platforms."""

from collections.abc import Mapping

from .ads.dates import PRESETS, DatePreset
from .ads.errors import NotFound
from .app import Caller
from .tools.get_summary import GetSummary, get_summary

SUMMARY = "xylo://summary/"
SUMMARY_TEMPLATE = SUMMARY + "{date_preset}"
_PRESETS: Mapping[str, DatePreset] = {SUMMARY + preset: preset for preset in PRESETS}


async def read(uri: str, caller: Caller) -> str:
    """The text of the resource `uri`.

    Raises:
        NotFound: there is no such resource.
        AdsError: what it tells about could not be read.
    """
    preset = _PRESETS.get(uri)
    if preset is None:
        raise NotFound(
            f"There is no resource {uri[:80]!a}.", f"Read {SUMMARY_TEMPLATE}, date_preset one of {', '.join(PRESETS)}."
        )
    return await summary(preset, caller)


async def summary(preset: DatePreset, caller: Caller) -> str:
    """How all accounts did over `preset`, against the equally long time before."""
    return (await get_summary(GetSummary(date_preset=preset), caller)).text
