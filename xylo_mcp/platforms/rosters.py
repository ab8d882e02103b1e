"""Puts together the accounts of a platform, so that an odd one costs the others nothing."""

import re
from collections.abc import Callable, Iterable

from ..ads.accounts import Account, Roster, Unreadable
from ..ads.errors import AdsError, Garbled
from .reading import reading

Entry = Account | Unreadable

_ODD_LETTER = re.compile(r"[^A-Za-z0-9_/-]")
_LONGEST_ID = 40


def entry(platform: str, account_id: str, pattern: str, read: Callable[[], Account]) -> Entry:
    """The account that `read` gives, if it can be relied on and its id matches `pattern` as a whole."""
    try:
        with reading(platform):
            account = read()
    except Garbled:
        return odd(platform, account_id)
    return account if re.fullmatch(pattern, account.id) else odd(platform, account_id)


def odd(platform: str, account_id: str) -> Unreadable:
    """An account that the platform describes in a way that cannot be relied on."""
    return unreadable(
        account_id,
        Garbled(
            "The platform gives this account no proper id, currency or time zone.",
            "See at the platform whether the account's set-up is finished, then ask again.",
            platform=platform,
        ),
    )


def unreadable(account_id: str, error: AdsError) -> Unreadable:
    """An account that is named and no more; what no id has in it is masked."""
    return Unreadable(_ODD_LETTER.sub("?", account_id)[:_LONGEST_ID], error)


def roster(entries: Iterable[Entry]) -> Roster:
    """The accounts and the others, by id. Of several entries the first that can be read counts."""
    accounts: dict[str, Account] = {}
    others: dict[str, Unreadable] = {}
    for one in entries:
        if isinstance(one, Account):
            accounts.setdefault(one.id, one)
        else:
            others.setdefault(one.id, one)
    return Roster(
        [accounts[account_id] for account_id in sorted(accounts)],
        [others[account_id] for account_id in sorted(others.keys() - accounts.keys())],
    )
