from collections.abc import Mapping, Sequence

import msgspec
import pytest

from xylo_mcp.ads.accounts import Account, Unreadable
from xylo_mcp.ads.errors import Garbled
from xylo_mcp.platforms.meta import SPEC, ad_accounts

_AD_ACCOUNT: Mapping[str, object] = {
    "id": "act_123456789",
    "account_id": "123456789",
    "name": "Demo GmbH",
    "currency": "USD",
    "timezone_name": "America/New_York",
    "account_status": 1,
}


def _edge(rows: Sequence[object], **more: object) -> bytes:
    return msgspec.json.encode({"data": rows, **more})


def test_an_ad_account_is_an_account(account: Account) -> None:
    assert ad_accounts.accounts(_edge([_AD_ACCOUNT]), SPEC.account_id) == ([account], None)


@pytest.mark.parametrize(
    ("number", "status", "raw"),
    [
        (1, "active", "ACTIVE"),
        (2, "disabled", "DISABLED"),
        (3, "disabled", "UNSETTLED"),
        (7, "disabled", "PENDING_RISK_REVIEW"),
        (8, "active", "PENDING_SETTLEMENT"),
        (9, "active", "IN_GRACE_PERIOD"),
        (100, "closed", "PENDING_CLOSURE"),
        (101, "closed", "CLOSED"),
        (201, "active", "ANY_ACTIVE"),
        (202, "closed", "ANY_CLOSED"),
        (77, "unknown", "77"),
        (None, "unknown", ""),
    ],
)
def test_an_accounts_status_has_metas_word(number: int | None, status: str, raw: str) -> None:
    read = ad_accounts.accounts(_edge([{**_AD_ACCOUNT, "account_status": number}]), SPEC.account_id)[0][0]

    assert isinstance(read, Account)
    assert (read.status, read.raw_status) == (status, raw)


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"id": "123456789"}, "123456789"),
        ({"id": "act_../me"}, "act_??/me"),
        ({"id": 123456789}, "123456789"),
        ({"id": "act_"}, "act_"),
        ({"id": "act_" + "1" * 21}, "act_" + "1" * 21),
        ({"id": "act_7", "currency": ""}, "act_7"),
        ({"id": "act_7", "currency": "usd"}, "act_7"),
        ({"id": "act_7", "currency": None}, "act_7"),
        ({"id": "act_7", "timezone_name": "Mars/Phobos"}, "act_7"),
        ({"id": "act_7", "timezone_name": None}, "act_7"),
        ({"id": "act_7", "account_status": "1"}, "act_7"),
    ],
)
def test_an_account_that_cannot_be_relied_on_costs_the_others_nothing(
    account: Account, changes: Mapping[str, object], name: str
) -> None:
    (odd, fine), following = ad_accounts.accounts(_edge([{**_AD_ACCOUNT, **changes}, _AD_ACCOUNT]), SPEC.account_id)

    assert (fine, following) == (account, None)
    assert isinstance(odd, Unreadable)
    assert (odd.id, type(odd.error)) == (name, Garbled)


@pytest.mark.parametrize("row", [{}, {"id": None}, None])
def test_an_account_without_a_name_is_garbled(row: object) -> None:
    with pytest.raises(Garbled):
        ad_accounts.accounts(_edge([row, _AD_ACCOUNT]), SPEC.account_id)
