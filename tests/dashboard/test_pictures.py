"""What the page is given."""

from datetime import UTC, date, datetime
from decimal import Decimal

from xylo_mcp.dashboard import Campaign, Day, Failed, Group, Pacing, Pictures, meta


def test_amounts_are_numbers_with_their_digits_and_what_is_not_known_stays_null() -> None:
    days = [Day(date(2026, 3, 17), Decimal("0.10"), None)]
    pictures = Pictures(
        mode="live",
        date_preset="yesterday",
        as_of=datetime(2026, 3, 18, 15, 30, tzinfo=UTC),
        provisional_from=None,
        groups=[Group("meta", "USD", days, Decimal("0.10"), None, Decimal("-1.5"))],
        campaigns=[
            Campaign("meta", "act_1", "USD", "12", "A", Decimal(7), 0, None, None, None, None, Decimal("2.5"), None)
        ],
        pacing=[Pacing("everything", "USD", None, Decimal("100.00"))],
        failures=[Failed("act_2", "Too slow.")],
        notes=["A note."],
    )

    assert meta(pictures) == {
        "xylo/pictures": {
            "mode": "live",
            "date_preset": "yesterday",
            "as_of": "2026-03-18T15:30:00Z",
            "provisional_from": None,
            "groups": [
                {
                    "platform": "meta",
                    "currency": "USD",
                    "days": [{"date": "2026-03-17", "spend": 0.1, "conversions": None}],
                    "spend": 0.1,
                    "conversions": None,
                    "change_percent": -1.5,
                }
            ],
            "campaigns": [
                {
                    "platform": "meta",
                    "account": "act_1",
                    "currency": "USD",
                    "id": "12",
                    "name": "A",
                    "spend": 7,
                    "impressions": 0,
                    "clicks": None,
                    "ctr": None,
                    "conversions": None,
                    "cost_per_conversion": None,
                    "roas": 2.5,
                    "change_percent": None,
                }
            ],
            "pacing": [{"scope": "everything", "currency": "USD", "spend_a_day": None, "cap": 100.0}],
            "failures": [{"subject": "act_2", "message": "Too slow."}],
            "notes": ["A note."],
        }
    }
