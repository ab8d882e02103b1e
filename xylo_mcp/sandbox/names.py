"""Campaign names as people write them: many scripts, emoji, odd punctuation."""

from collections.abc import Sequence
from typing import Protocol

_SEASONS = ("Spring", "Summer", "Autumn", "Winter", "Q1", "Q2", "Q3", "Q4", "Always on", "Launch")
_THEMES = ("Prospecting", "Retargeting", "Brand", "Sale", "Clearance", "Lookalike 2%", "Leads & trials", "App installs")
_PLACES = ("US", "DACH", "UK/IE", "FR", "BR", "JP", "TW", "Nordics", "LATAM", "Worldwide")
_OTHER_SCRIPTS = (
    "春の新作コレクション",
    "夏季特賣 全館八折",
    "Распродажа: осень",
    "تخفيضات الصيف",
    "מבצע חורף",
    "दिवाली ऑफ़र",
    "추석 특가 세트",
    "Été « soldes » à -50 %",
    "Größe & Öko: Grün",
    "Ürün tanıtımı İstanbul",
)
_EMOJI = ("🚀", "🔥 Hot", "🎁", "☀️", "👩‍👩‍👧", "✅")


class Chance(Protocol):
    """What names need of a draw."""

    def below(self, end: int, /) -> int:
        """A whole number from 0 to `end` - 1."""
        ...

    def one_of(self, choices: Sequence[str], /) -> str:
        """One of `choices`."""
        ...


def campaign_name(draw: Chance, number: int, *, emoji: bool) -> str:
    """A name that is unique within its account, through `number`."""
    kind = draw.below(10)
    if kind < 2:
        return f"{draw.one_of(_OTHER_SCRIPTS)} {number}"
    name = f"{draw.one_of(_SEASONS)} {draw.one_of(_THEMES)} {draw.one_of(_PLACES)} {number}"
    return f"{draw.one_of(_EMOJI)} {name}" if emoji and kind == 2 else name
