"""Pictures to show in the tests: an ordinary week, and what can be made of it."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from xylo_mcp.dashboard import Campaign, Day, Failed, Group, Pacing, Pictures

FIRST = date(2026, 3, 12)


def days(many: int, spend: int, gaps: frozenset[int] = frozenset()) -> list[Day]:
    """`many` days that differ; no conversions are known on the `gaps`."""
    found: list[Day] = []
    for place in range(many):
        swing = (place * 37 + spend) % 23
        conversions = None if place in gaps else Decimal(spend // 40 + swing)
        amount = Decimal(spend) + Decimal(swing * spend) / 60
        found.append(Day(FIRST + timedelta(place), amount.quantize(Decimal("0.01")), conversions))
    return found


def group(platform: str, currency: str, rows: list[Day], change: str | None = "4.2") -> Group:
    """A group whose totals are those of its days."""
    spend = sum((row.spend or Decimal(0) for row in rows), Decimal(0))
    conversions = [row.conversions for row in rows if row.conversions is not None]
    whole = sum(conversions, Decimal(0)) if len(conversions) == len(rows) else None
    return Group(platform, currency, rows, spend, whole, None if change is None else Decimal(change))


def campaign(place: int, name: str = "", currency: str = "USD", spend: str | None = "1234.50") -> Campaign:
    """The campaign at `place`, with numbers of its own."""
    amount = None if spend is None else Decimal(spend) + place
    return Campaign(
        platform=("meta", "google", "tiktok")[place % 3],
        account=f"act_{place % 4 + 1}",
        currency=currency,
        id=str(1000 + place),
        name=name or f"Campaign {place}",
        spend=amount,
        impressions=40_000 + 17 * place,
        clicks=900 + place,
        ctr=Decimal("2.25"),
        conversions=Decimal(30 + place),
        cost_per_conversion=Decimal("41.15"),
        roas=Decimal("3.2"),
        change_percent=Decimal("-12.5"),
    )


def week() -> Pictures:
    """One currency, three platforms, seven days, two of them provisional, with a gap on one platform."""
    return Pictures(
        mode="sandbox",
        date_preset="last_7d",
        as_of=datetime(2026, 3, 18, 15, 30, tzinfo=UTC),
        provisional_from=date(2026, 3, 17),
        groups=[
            group("meta", "USD", days(7, 420)),
            group("google", "USD", days(7, 610), "-3.1"),
            group("tiktok", "USD", days(7, 250, frozenset({3})), None),
        ],
        campaigns=[
            campaign(0, "Spring sale", spend="900.00"),
            campaign(1, "Brand search", spend="2100.00"),
            campaign(2, "Awareness, video", spend=None),
        ],
        pacing=[
            Pacing("everything", "USD", Decimal(1800), Decimal(2500)),
            Pacing("meta", "USD", Decimal(930), Decimal(1000)),
        ],
        failures=[Failed("act_9", "The platform did not answer in time.")],
        notes=["Conversions of the last days may still grow."],
    )
