from datetime import date, time, timedelta
from decimal import ROUND_UP, Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xylo_mcp.ads.money import Money
from xylo_mcp.guard.policy import Policy, PolicyInvalid, RateUnusable, load

LEAST = 'version = 1\ncurrency = "USD"\n[accounts]\n"act_1" = "live"\n[caps]\ncampaign = 100\naccount = 500\n'
FULL = """\
version = 1
currency = "USD"
[accounts]
"act_1" = "live"
"act_2" = "dry_run"
[rates]
as_of = 2026-01-31
max_age_days = 20
worth = { EUR = "1.10", JPY = "0.0067" }
[caps]
campaign = 100
account = 500
platform = 1000
total = "1500.50"
accounts = { "act_2" = 50 }
platforms = { meta = 700 }
[raises]
single_percent = 20
single_amount = 30
day_percent = 50
day_amount = 60
beyond = "ask"
[cuts]
most_percent = 80
[budgets]
minimum = 5
[pace]
cooldown_minutes = 10
writes_per_minute = 11
campaigns_per_day = 20
identical_per_10_minutes = 3
[quiet_hours]
begin = 22:00:00
end = 06:00:00
time_zone = "Europe/Paris"
[names]
pattern = "acme_.*"
visible_tag = true
[approvals]
above_daily = 55
channels = ["elicitation"]
valid_minutes = 61
[looks]
max_age_minutes = 14
[settling]
minutes = 31
"""
EDITS = [
    ('currency = "USD"', 'currency = "EUR"'),
    ('"act_1" = "live"', '"act_1" = "read_only"'),
    ('"act_2" = "dry_run"', ""),
    ('"act_1"', '"act_3"'),
    ("2026-01-31", "2026-01-30"),
    ("max_age_days = 20", "max_age_days = 30"),
    ('EUR = "1.10"', 'EUR = "1.11"'),
    (', JPY = "0.0067"', ""),
    ("campaign = 100", "campaign = 101"),
    ("account = 500", "account = 501"),
    ("platform = 1000", "platform = 1001"),
    ('total = "1500.50"', 'total = "1500.51"'),
    ('"act_2" = 50', '"act_2" = 51'),
    ("meta = 700", "tiktok = 700"),
    ("single_percent = 20", "single_percent = 21"),
    ("single_amount = 30", ""),
    ("day_percent = 50", "day_percent = 51"),
    ("day_amount = 60", "day_amount = 61"),
    ('beyond = "ask"', 'beyond = "refuse"'),
    ("most_percent = 80", "most_percent = 81"),
    ("minimum = 5", "minimum = 6"),
    ("cooldown_minutes = 10", "cooldown_minutes = 0"),
    ("writes_per_minute = 11", "writes_per_minute = 12"),
    ("campaigns_per_day = 20", "campaigns_per_day = 21"),
    ("identical_per_10_minutes = 3", ""),
    ("begin = 22:00:00", "begin = 22:00:01"),
    ("end = 06:00:00", "end = 06:01:00"),
    ("Europe/Paris", "Europe/Berlin"),
    ("acme_.*", "acme-.*"),
    ("visible_tag = true", "visible_tag = false"),
    ("above_daily = 55", "above_daily = 56"),
    ('["elicitation"]', '["terminal", "elicitation"]'),
    ("valid_minutes = 61", ""),
    ("max_age_minutes = 14", ""),
    ("minutes = 31", "minutes = 30"),
]


def edited(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new, 1)


def test_everything_that_a_policy_may_say_is_read() -> None:
    policy = load(FULL)

    assert policy.version == 1
    assert policy.currency == "USD"
    assert policy.accounts == {"act_1": "live", "act_2": "dry_run"}
    assert policy.rates is not None
    assert policy.rates.model_dump() == {
        "as_of": date(2026, 1, 31),
        "max_age_days": 20,
        "worth": {"EUR": Decimal("1.10"), "JPY": Decimal("0.0067")},
    }
    assert policy.caps.model_dump() == {
        "campaign": Decimal(100),
        "account": Decimal(500),
        "platform": Decimal(1000),
        "total": Decimal("1500.50"),
        "accounts": {"act_2": Decimal(50)},
        "platforms": {"meta": Decimal(700)},
    }
    assert policy.raises.model_dump() == {
        "single_percent": Decimal(20),
        "single_amount": Decimal(30),
        "day_percent": Decimal(50),
        "day_amount": Decimal(60),
        "beyond": "ask",
    }
    assert (policy.cuts.most_percent, policy.budgets.minimum) == (Decimal(80), Decimal(5))
    assert policy.pace.model_dump() == {
        "cooldown_minutes": 10,
        "writes_per_minute": 11,
        "campaigns_per_day": 20,
        "identical_per_10_minutes": 3,
    }
    assert policy.quiet_hours is not None
    assert policy.quiet_hours.model_dump() == {"begin": time(22), "end": time(6), "time_zone": "Europe/Paris"}
    assert policy.names.model_dump() == {"pattern": "acme_.*", "visible_tag": True}
    assert policy.approvals.model_dump() == {
        "above_daily": Decimal(55),
        "channels": ("elicitation",),
        "valid_minutes": 61,
    }
    assert (policy.looks.max_age_minutes, policy.settling.minutes) == (14, 31)


def test_what_a_policy_does_not_say_is_not_limited_but_for_what_must_be() -> None:
    policy = load(LEAST)

    assert policy.model_dump(exclude_none=True, exclude={"version", "currency", "accounts"}) == {
        "caps": {"campaign": Decimal(100), "account": Decimal(500), "accounts": {}, "platforms": {}},
        "raises": {"beyond": "refuse"},
        "cuts": {},
        "budgets": {},
        "pace": {},
        "names": {"pattern": "", "visible_tag": False},
        "approvals": {"channels": ("terminal",), "valid_minutes": 60},
        "looks": {"max_age_minutes": 15},
        "settling": {"minutes": 30},
    }


def test_rates_are_good_for_30_days_and_quiet_hours_are_the_accounts_own_unless_it_says_otherwise() -> None:
    policy = load(LEAST + "[rates]\nas_of = 2026-01-31\n[quiet_hours]\nbegin = 22:00:00\nend = 06:00:00")

    assert policy.rates is not None
    assert policy.quiet_hours is not None
    assert (policy.rates.max_age_days, policy.rates.worth, policy.quiet_hours.time_zone) == (30, {}, "account")


def test_a_policy_cannot_be_altered() -> None:
    with pytest.raises(ValueError, match="frozen"):
        setattr(load(LEAST).caps, "campaign", Decimal(999))  # noqa: B010  # the type checker knows it already


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("version = 1", "", "version: Field required"),
        ("version = 1", "version = 0", "version: Input should be greater than or equal to 1"),
        ("version = 1", "version = 2", "version: Input should be less than or equal to 1"),
        ("version = 1", "version = true", "version: Input should be a valid integer"),
        ("version = 1", "version = 1.0", "version: Input should be a valid integer"),
        ("version = 1", 'version = "1"', "version: Input should be a valid integer"),
        ('"USD"', '"usd"', "currency: String should match pattern '^[A-Z]{3}$'"),
        ('"USD"', '"USDT"', "currency: String should match pattern '^[A-Z]{3}$'"),
        ('currency = "USD"', "", "currency: Field required"),
        ('"act_1" = "live"\n', "", "accounts: Dictionary should have at least 1 item after validation, not 0"),
        ('"live"', '"LIVE"', "accounts.act_1: Input should be 'live', 'dry_run' or 'read_only'"),
        ("campaign = 100", "", "caps: campaign is needed, and account or total"),
        ("account = 500", "", "caps: campaign is needed, and account or total"),
        ("account = 500", "platform = 500", "caps: campaign is needed, and account or total"),
        ("account = 500", "account = 500\nacount = 5", "caps.acount: Extra inputs are not permitted"),
        ("version = 1", "version = 1\nlimits = 1", "limits: Extra inputs are not permitted"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(old: str, new: str, complaint: str) -> None:
    with pytest.raises(PolicyInvalid) as wrong:
        load(edited(LEAST, old, new))

    assert str(wrong.value) == complaint


def test_everything_that_is_wrong_is_named_at_once() -> None:
    with pytest.raises(PolicyInvalid) as wrong:
        load(edited(edited(LEAST, "version = 1", "version = 2"), '"live"', '"on"'))

    assert str(wrong.value) == (
        "version: Input should be less than or equal to 1; "
        "accounts.act_1: Input should be 'live', 'dry_run' or 'read_only'"
    )


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("rates", "max_age_days = 0"),
        ("rates", "max_age_days = 36501"),
        ("rates", "max_age_days = 1.5"),
        ("rates", 'worth = { eur = "1.1" }'),
        ("rates", "worth = { EUR = 0 }"),
        ("rates", 'worth = { EUR = "0.000000" }'),
        ("rates", "worth = { EUR = 1.1 }"),
        ("rates", "as_of = 2026-01-31T00:00:00"),
        ("raises", 'beyond = "allow"'),
        ("cuts", "most_percent = 101"),
        ("cuts", 'most_percent = "100.01"'),
        ("pace", "cooldown_minutes = -1"),
        ("pace", "cooldown_minutes = 10081"),
        ("pace", "cooldown_minutes = true"),
        ("pace", "writes_per_minute = 0"),
        ("pace", "campaigns_per_day = -1"),
        ("pace", "identical_per_10_minutes = 0"),
        ("quiet_hours", 'begin = "22:00"'),
        ("quiet_hours", "end = 6"),
        ("quiet_hours", 'time_zone = "Mars/Olympus"'),
        ("quiet_hours", 'time_zone = "../secret"'),
        ("quiet_hours", 'time_zone = ""'),
        ("names", 'pattern = "("'),
        ("names", "visible_tag = 1"),
        ("approvals", "channels = ['email']"),
        ("approvals", "channels = 'terminal'"),
        ("approvals", "valid_minutes = 0"),
        ("approvals", "valid_minutes = 10081"),
        ("looks", "max_age_minutes = 0"),
        ("looks", "max_age_minutes = 61"),
        ("settling", "minutes = 0"),
        ("settling", "minutes = 1441"),
        *[
            (table, "unknown = 1")
            for table in [
                "rates",
                "raises",
                "cuts",
                "budgets",
                "pace",
                "quiet_hours",
                "names",
                "approvals",
                "looks",
                "settling",
            ]
        ],
    ],
)
def test_each_table_takes_what_it_knows_and_nothing_is_converted(table: str, key: str) -> None:
    name = key.partition(" ")[0]
    needed = {"rates": "as_of = 2026-01-31", "quiet_hours": "begin = 22:00:00\nend = 06:00:00"}.get(table, "")
    others = "\n".join(line for line in needed.splitlines() if not line.startswith(f"{name} "))
    assert load(f"{LEAST}[{table}]\n{needed}")

    with pytest.raises(PolicyInvalid, match=rf"^{table}\.{name}"):
        load(f"{LEAST}[{table}]\n{others}\n{key}")


@pytest.mark.parametrize(
    "lines",
    [
        "[rates]\nas_of = 2026-01-31\nmax_age_days = 1",
        "[rates]\nas_of = 2026-01-31\nmax_age_days = 36500",
        '[rates]\nas_of = 2026-01-31\nworth = { EUR = "0.000001" }',
        "[cuts]\nmost_percent = 100",
        "[cuts]\nmost_percent = 0",
        "[pace]\ncooldown_minutes = 0\nwrites_per_minute = 1\ncampaigns_per_day = 0\nidentical_per_10_minutes = 1",
        "[pace]\ncooldown_minutes = 10080",
        "[approvals]\nvalid_minutes = 1",
        "[approvals]\nvalid_minutes = 10080\nchannels = []",
        "[looks]\nmax_age_minutes = 1\n[settling]\nminutes = 1",
        "[looks]\nmax_age_minutes = 60\n[settling]\nminutes = 1440",
    ],
)
def test_the_limits_of_what_may_be_said_may_be_said(lines: str) -> None:
    assert load(LEAST + lines)


@pytest.mark.parametrize(
    ("written", "amount"),
    [("0", "0"), ("99", "99"), ('"99.50"', "99.50"), ('"0.000001"', "0.000001"), ("999999999999", "999999999999")],
)
def test_an_amount_is_a_whole_number_or_digits_between_quotes(written: str, amount: str) -> None:
    assert load(edited(LEAST, "account = 500", f"account = {written}")).caps.account == Decimal(amount)


@pytest.mark.parametrize(
    "written",
    [
        "99.5",
        "1e3",
        "nan",
        "inf",
        "true",
        "false",
        "-1",
        "1000000000000",
        "[1]",
        "2026-01-01",
        *[
            f'"{text}"'
            for text in (
                "",
                " 1",
                "1 ",
                "-1",
                "+1",
                "1e3",
                "NaN",
                "Infinity",
                "1,5",
                ".5",
                "1.",
                "1.0000001",
                "٣",
                "1_0",
            )
        ],
    ],
)
@pytest.mark.parametrize("key", ["campaign", "account", "platform", "total"])
def test_nothing_else_is_an_amount(key: str, written: str) -> None:
    text = f'version = 1\ncurrency = "USD"\naccounts = {{ a = "live" }}\n[caps]\n{key} = {written}\n'

    with pytest.raises(PolicyInvalid) as wrong:
        load(text)

    assert str(wrong.value) == (f'caps.{key}: must be a whole number, or digits between quotes such as "99.50"')


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        ("[rates]\nas_of = 2026-01-31\nworth = { EUR = 0 }", "rates.worth.EUR: must be more than 0"),
        ('[names]\npattern = "("', "names.pattern: is no regular expression: "),
        (
            '[quiet_hours]\nbegin = 22:00:00\nend = 06:00:00\ntime_zone = "Mars/Olympus"',
            'quiet_hours.time_zone: must be "account" or an IANA time zone',
        ),
    ],
)
def test_what_would_be_right_is_told(table: str, complaint: str) -> None:
    with pytest.raises(PolicyInvalid) as wrong:
        load(LEAST + table)

    assert str(wrong.value).startswith(complaint)


@pytest.mark.parametrize("text", ["version = ", "version = 1\nversion = 1", "[caps", "{}", "\ufeffversion = 1"])
def test_what_is_no_toml_is_said_to_be_none(text: str) -> None:
    with pytest.raises(PolicyInvalid, match=r"^is not TOML: "):
        load(text)


def test_an_empty_file_is_no_policy() -> None:
    with pytest.raises(PolicyInvalid) as wrong:
        load("")

    assert str(wrong.value) == (
        "version: Field required; currency: Field required; accounts: Field required; caps: Field required"
    )


def test_the_digest_is_of_what_is_said_not_of_how() -> None:
    head, accounts, *rest = FULL.partition("[accounts]")[0], FULL.partition("[accounts]")[2].partition("[rates]")[0]
    lines = [line for line in accounts.splitlines() if line]
    assert not rest
    reordered = "\n".join(
        [
            "# other words",
            *reversed(head.splitlines()),
            "[settling]\nminutes = 31 # half an hour",
            "[accounts]",
            *reversed(lines),
            "[rates]" + FULL.partition("[rates]")[2].partition("[settling]")[0],
        ]
    ).replace('EUR = "1.10", JPY = "0.0067"', 'JPY = "0.0067", EUR = "1.10"')

    assert reordered != FULL
    assert load(reordered) == load(FULL)
    assert load(reordered).digest == load(FULL).digest
    assert len(load(FULL).digest) == len("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")


def test_the_digest_is_the_same_on_every_machine() -> None:
    assert (
        load(LEAST).digest == load(LEAST).digest == "d7a4b679879737dba9cade1caf56d22f5428ce6d102fe3ee73f28fe3bbee3a5d"
    )


def test_saying_what_holds_anyway_changes_nothing() -> None:
    said = LEAST + '[raises]\nbeyond = "refuse"\n[approvals]\nchannels = ["terminal"]\nvalid_minutes = 60\n[pace]\n'

    assert load(said).digest == load(LEAST).digest


@pytest.mark.parametrize(("old", "new"), EDITS)
def test_whatever_else_is_said_gives_another_digest(old: str, new: str) -> None:
    assert load(edited(FULL, old, new)).digest != load(FULL).digest


@pytest.mark.parametrize(
    ("accounts", "mode"),
    [
        ('"act_1" = "live"', "live"),
        ('"act_1" = "dry_run"', "dry_run"),
        ('"act_1" = "read_only"', "read_only"),
        ('"*" = "dry_run"', "dry_run"),
        ('"*" = "live"\n"act_1" = "read_only"', "read_only"),
        ('"*" = "read_only"\n"act_1" = "live"', "live"),
        ('"act_2" = "live"', None),
        ('"act_*" = "live"', None),
        ('"ACT_1" = "live"', None),
    ],
)
def test_an_account_is_named_or_one_of_all(accounts: str, mode: str | None) -> None:
    assert load(edited(LEAST, '"act_1" = "live"', accounts)).mode("act_1") == mode


def test_a_cap_of_ones_own_goes_before_the_general_one() -> None:
    caps = load(FULL).caps
    none = load(LEAST).caps

    assert (caps.for_account("act_1"), caps.for_account("act_2")) == (Decimal(500), Decimal(50))
    assert (caps.for_platform("google"), caps.for_platform("meta")) == (Decimal(1000), Decimal(700))
    assert (none.for_account("act_1"), none.for_platform("meta")) == (Decimal(500), None)


def test_a_cap_of_nothing_is_a_cap() -> None:
    caps = load(edited(FULL, '"act_2" = 50', '"act_2" = 0')).caps

    assert caps.for_account("act_2") == Decimal(0)


def test_a_total_may_stand_for_the_accounts() -> None:
    caps = load(edited(LEAST, "account = 500", "total = 500")).caps

    assert (caps.for_account("act_1"), caps.total) == (None, Decimal(500))


def policy_of(currency: str, worth: str = "", as_of: str = "2026-03-01") -> Policy:
    rates = f"[rates]\nas_of = {as_of}\nmax_age_days = 30\nworth = {{ {worth} }}"
    return load(edited(LEAST, '"USD"', f'"{currency}"') + rates)


@pytest.mark.parametrize(
    ("currency", "worth", "money", "expected"),
    [
        ("USD", "", ("10", "USD"), "10.00"),
        ("USD", "", ("10.001", "USD"), "10.01"),
        ("USD", 'EUR = "1.10"', ("10", "EUR"), "11.00"),
        ("USD", 'EUR = "1.10"', ("0.01", "EUR"), "0.02"),
        ("USD", 'JPY = "0.0067"', ("1000", "JPY"), "6.70"),
        ("USD", 'JPY = "0.0067"', ("1001", "JPY"), "6.71"),
        ("JPY", 'USD = "150"', ("0.01", "USD"), "2"),
        ("KWD", 'USD = "0.30"', ("0.01", "USD"), "0.003"),
        ("KWD", 'USD = "0.30"', ("0.011", "USD"), "0.004"),
        ("USD", 'USD = "7"', ("10", "USD"), "10.00"),
    ],
)
def test_an_amount_in_the_policys_currency_is_rounded_up(
    currency: str, worth: str, money: tuple[str, str], expected: str
) -> None:
    amount, of = money

    assert str(policy_of(currency, worth).in_currency(Money(Decimal(amount), of), date(2026, 3, 18))) == expected


@given(st.decimals(0, 10**30, places=6), st.decimals("0.000001", 10**6, places=6))
def test_no_amount_is_taken_for_less_than_it_is_nor_for_a_cent_more(amount: Decimal, rate: Decimal) -> None:
    policy = policy_of("USD", f'EUR = "{rate}"')

    found = policy.in_currency(Money(amount, "EUR"), date(2026, 3, 18))

    with localcontext(prec=200):
        assert 0 <= found - amount * rate < Decimal("0.01")


def test_rounding_does_not_depend_on_what_others_chose() -> None:
    with localcontext(prec=3, rounding=ROUND_UP):
        assert str(policy_of("USD").in_currency(Money(Decimal("12345.671"), "USD"), date(2026, 3, 18))) == "12345.68"
        assert str(policy_of("USD").at_most(Decimal("12345.679"))) == "12345.67"


@pytest.mark.parametrize(
    ("currency", "amount", "most", "least"),
    [
        ("USD", "39.996", "39.99", "40.00"),
        ("USD", "40", "40.00", "40.00"),
        ("JPY", "39.5", "39", "40"),
        ("KWD", "1.0005", "1.000", "1.001"),
    ],
)
def test_limits_are_amounts_that_can_be_paid(currency: str, amount: str, most: str, least: str) -> None:
    policy = policy_of(currency)

    assert (str(policy.at_most(Decimal(amount))), str(policy.at_least(Decimal(amount)))) == (most, least)


@pytest.mark.parametrize("days", [-1, 0, 1, 29, 30])
def test_rates_count_from_their_day_on_until_they_are_too_old(days: int) -> None:
    policy = policy_of("USD", 'EUR = "1.10"')

    found = policy.in_currency(Money(Decimal(10), "EUR"), date(2026, 3, 1) + timedelta(days=days))

    assert found == Decimal("11.00")


@pytest.mark.parametrize(
    ("policy", "currency", "why"),
    [
        (load(LEAST), "EUR", "The policy has no rate from EUR to USD."),
        (policy_of("USD", 'EUR = "1.10"'), "GBP", "The policy has no rate from GBP to USD."),
        (
            policy_of("USD", 'EUR = "1.10"', "2026-02-15"),
            "EUR",
            "The policy's rates of 2026-02-15 are older than 30 days.",
        ),
        (
            policy_of("USD", 'EUR = "1.10"', "2026-03-20"),
            "EUR",
            "The policy's rates are of 2026-03-20, which is yet to come.",
        ),
        (
            policy_of("USD", 'EUR = "1.10"', "9999-12-31"),
            "EUR",
            "The policy's rates are of 9999-12-31, which is yet to come.",
        ),
    ],
)
def test_without_a_rate_of_these_days_no_amount_is_guessed(policy: Policy, currency: str, why: str) -> None:
    with pytest.raises(RateUnusable) as unusable:
        policy.in_currency(Money(Decimal(10), currency), date(2026, 3, 18))

    assert str(unusable.value) == why


def test_the_policys_own_currency_needs_no_rate() -> None:
    stale = policy_of("USD", 'EUR = "1.10"', "2020-01-01")

    assert stale.in_currency(Money(Decimal(10), "USD"), date(2026, 3, 18)) == Decimal(10)
