import msgspec
import pytest

from xylo_mcp.ads.accounts import Account
from xylo_mcp.ads.errors import Forbidden, Garbled
from xylo_mcp.platforms.rosters import entry, odd, roster, unreadable

_ACCOUNT = Account("act_2", "meta", "N", "EUR", "UTC", "active", "ACTIVE")
_PATTERN = "act_[0-9]+"


def _named(account_id: str) -> Account:
    return msgspec.structs.replace(_ACCOUNT, id=account_id)


def test_the_accounts_and_the_others_come_by_id() -> None:
    refusal = Forbidden("No.", "Ask.", platform="meta")

    found = roster([_named("act_2"), unreadable("act_9", refusal), _named("act_1"), unreadable("act_3", refusal)])

    assert [account.id for account in found.accounts] == ["act_1", "act_2"]
    assert found.unreadable == [unreadable("act_3", refusal), unreadable("act_9", refusal)]


def test_an_account_that_can_be_read_in_one_way_is_not_called_unreadable() -> None:
    direct, through = _ACCOUNT, msgspec.structs.replace(_ACCOUNT, route="7")

    found = roster([odd("meta", "act_2"), direct, through])

    assert (found.accounts, found.unreadable) == ([direct], [])


def test_an_account_that_is_described_properly_is_entered_as_it_is() -> None:
    assert entry("meta", "act_2", _PATTERN, lambda: _ACCOUNT) is _ACCOUNT


@pytest.mark.parametrize("problem", [ValueError("act_2 in Atlantis"), msgspec.ValidationError("x"), RecursionError()])
def test_an_odd_account_is_named_with_what_to_do(problem: Exception) -> None:
    def read() -> Account:
        raise problem

    (found,) = roster([entry("meta", "act_2", _PATTERN, read)]).unreadable

    assert (found.id, type(found.error), found.error.platform) == ("act_2", Garbled, "meta")
    assert found.error.fix
    assert "Atlantis" not in found.error.message


def test_an_id_that_is_none_of_the_platforms_is_odd() -> None:
    (found,) = roster([entry("meta", "act_2x", _PATTERN, lambda: _named("act_2x"))]).unreadable

    assert (found.id, type(found.error)) == ("act_2x", Garbled)


def test_what_no_id_has_in_it_is_masked() -> None:
    assert odd("meta", "act_<b>\u202e ../" + "9" * 99).id == "act_?b?????/" + "9" * 28
