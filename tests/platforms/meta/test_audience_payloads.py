"""Meta's audiences in our words. Rows are made up in the documented shape (Meta docs, "Custom Audience", 2026-09)."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import msgspec
import pytest

from xylo_mcp.ads.accounts import Account
from xylo_mcp.ads.audiences import Audience, AudienceKind, AudiencePage, Readiness
from xylo_mcp.ads.errors import Garbled
from xylo_mcp.platforms.meta import audiences

ROW: Mapping[str, object] = {
    "id": "2380000001",
    "name": "Customers <b>2026</b>",
    "subtype": "CUSTOM",
    "approximate_count_lower_bound": 4900,
    "approximate_count_upper_bound": 5100,
    "operation_status": {"code": 200, "description": "Normal"},
    "delivery_status": {"code": 200, "description": "This audience is ready for use."},
    "time_created": 1772100000,
}


def page(rows: Sequence[object], **more: object) -> bytes:
    return msgspec.json.encode({"data": rows, **more})


def read(account: Account, **changes: object) -> Audience:
    (audience,) = audiences.audiences(page([{**ROW, **changes}]), account).audiences
    return audience


def test_an_audience_is_read_whole_and_its_name_as_it_was_sent(account: Account) -> None:
    assert read(account) == Audience(
        id="2380000001",
        account="act_123456789",
        name="Customers <b>2026</b>",
        kind="customer_list",
        size=4900,
        readiness="ready",
        raw_kind="CUSTOM",
        raw_status="operation_status 200, delivery_status 200",
        created=datetime(2026, 2, 26, 10, 0, tzinfo=UTC),
    )


def test_an_audience_of_which_meta_says_next_to_nothing_is_unknown(account: Account) -> None:
    content = page([{"id": 2380000001}], paging={"cursors": {"after": "A"}, "next": "https://elsewhere.example/"})

    unknown = Audience("2380000001", "act_123456789", "", "other", size=None, readiness="unknown")
    assert audiences.audiences(content, account) == AudiencePage([unknown], "A")


@pytest.mark.parametrize(
    ("subtype", "kind"),
    [
        ("CUSTOM", "customer_list"),
        ("WEBSITE", "website"),
        ("APP", "app_activity"),
        ("ENGAGEMENT", "engagement"),
        ("VIDEO", "engagement"),
        ("LOOKALIKE", "lookalike"),
        ("OFFLINE_CONVERSION", "other"),
        ("NEW_ONE", "other"),
    ],
)
def test_the_kind_is_ours_and_metas_word_stays_beside_it(account: Account, subtype: str, kind: AudienceKind) -> None:
    audience = read(account, subtype=subtype)

    assert (audience.kind, audience.raw_kind) == (kind, subtype)


@pytest.mark.parametrize(
    ("operation", "delivery", "readiness"),
    [
        (200, 200, "ready"),
        (441, 200, "ready"),
        (450, 200, "ready"),
        (412, 200, "ready"),
        (441, 300, "processing"),
        (414, 300, "processing"),
        (434, 300, "processing"),
        (441, None, "processing"),
        (200, 300, "too_small"),
        (411, 300, "too_small"),
        (410, None, "too_small"),
        (200, 400, "unusable"),
        (441, 412, "unusable"),
        (471, 200, "unusable"),
        (470, 300, "unusable"),
        (432, None, "unusable"),
        (500, None, "unusable"),
        (200, None, "unknown"),
        (None, None, "unknown"),
    ],
)
def test_readiness_is_whether_ads_can_use_it_now(
    account: Account, operation: int | None, delivery: int | None, readiness: Readiness
) -> None:
    audience = read(account, operation_status={"code": operation}, delivery_status={"code": delivery})

    assert audience.readiness == readiness


@pytest.mark.parametrize(
    ("lower", "upper", "operation", "size"),
    [
        (4900, 5100, 200, 4900),
        (0, 0, 410, 0),
        (0, 0, 441, None),
        (0, 1000, 441, 0),
        (-1, -1, 450, None),
        (None, 1000, 200, 1000),
        (None, None, 200, None),
    ],
)
def test_a_size_is_the_lower_bound_and_nothing_said_is_not_zero(
    account: Account, lower: int | None, upper: int | None, operation: int, *, size: int | None
) -> None:
    bounds = {"approximate_count_lower_bound": lower, "approximate_count_upper_bound": upper}

    audience = read(account, **bounds, operation_status={"code": operation}, delivery_status=None)

    assert audience.size == size


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "act_1"},
        {"id": ""},
        {"name": 1},
        {"approximate_count_lower_bound": "many"},
        {"operation_status": 200},
        {"time_created": -1},
        {"time_created": 10**15},
        {"time_created": "yesterday"},
    ],
)
def test_what_is_not_in_the_documented_format_is_garbled(account: Account, changes: Mapping[str, object]) -> None:
    with pytest.raises(Garbled):
        read(account, **changes)


def test_a_page_cut_anywhere_is_never_read(account: Account) -> None:
    whole = page([ROW])

    for cut in range(len(whole)):
        with pytest.raises(Garbled):
            audiences.audiences(whole[:cut], account)


def test_a_tag_is_found_as_a_word_of_the_description() -> None:
    said = ["op:7f3k9m2q4wxy", "op:7f3k9m2q4wxy Our customers", "Ours op:7f3k9m2q4wxy", "op:7f3k9m2q4wxyz", "", None]
    rows = [{"id": str(number), "description": text} for number, text in enumerate(said, 901)]

    assert audiences.tagged(page([*rows, {"id": "907"}]), "op:7f3k9m2q4wxy") == (["901", "902", "903"], None)
