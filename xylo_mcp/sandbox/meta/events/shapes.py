"""Events as they come over the wire (Conversions API docs, "Server Event Parameters", 2026-09)."""

from collections.abc import Iterator, Mapping

import msgspec

from ..errors import invalid
from ..parameters import decoded

MOST = 1000
Given = str | int | list[str | int]


class ServerEvent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One event. What must be given has a default all the same, so that a refusal can say what is missing."""

    event_name: str = ""
    event_time: int | None = None
    action_source: str = ""
    user_data: dict[str, Given] | None = None
    event_id: str = ""
    event_source_url: str = ""
    custom_data: dict[str, msgspec.Raw] = {}
    opt_out: bool = False
    referrer_url: str = ""
    data_processing_options: list[str] = []
    data_processing_options_country: int = 0
    data_processing_options_state: int = 0
    app_data: dict[str, msgspec.Raw] | None = None
    original_event_data: dict[str, msgspec.Raw] | None = None
    attribution_data: dict[str, msgspec.Raw] | None = None
    messaging_channel: str = ""
    advanced_measurement_table: str = ""


_EVENT = msgspec.json.Decoder(ServerEvent)
_TEXT = msgspec.json.Decoder(str)


def events(arguments: Mapping[str, str]) -> Iterator[ServerEvent]:
    """The parameter `data`: a list of events, or of texts that are events, as Meta's own SDK writes them."""
    found = decoded(arguments, "data", list[msgspec.Raw], "an array of events")
    if not found:
        raise invalid("Param data must not be empty")
    if len(found) > MOST:
        raise invalid(f"Param data must have at most {MOST} elements")
    for position, raw in enumerate(found):
        try:
            text = bytes(raw)
            yield _EVENT.decode(_TEXT.decode(text) if text.startswith(b'"') else text)
        except (msgspec.MsgspecError, UnicodeError):
            raise invalid(f"Param data[{position}] must be an event with parameters that Meta knows") from None
