"""What counts as a conversion is what the operator says, or nothing starts."""

from pathlib import Path

import msgspec
import pytest

from xylo_mcp.ads.accounts import Account
from xylo_mcp.insights import Counting, CountingInvalid, load_counting
from xylo_mcp.insights.counting import Counted, load
from xylo_mcp.platforms import found

SPECS = tuple(
    msgspec.structs.replace(spec, events={"purchase": "what was bought", "lead": "who asked"}, conversions="the usual")
    for spec in found().values()
)
META = next(spec for spec in SPECS if spec.name == "meta")


def account(identity: str) -> Account:
    return Account(identity, "meta", "Shop", "USD", "UTC", "active", "1")


def test_without_a_choice_the_platform_counts_what_it_counts() -> None:
    assert Counting().of(account("act_1"), META) == Counted("meta", (), "the usual")


def test_an_accounts_own_choice_goes_before_its_platforms() -> None:
    counting = load('[meta]\nevents = ["purchase", "lead"]\n[act_1]\nevents = ["lead"]\n', SPECS)

    assert [counting.of(account(identity), META) for identity in ("act_1", "act_2")] == [
        Counted("meta", ("lead",), "lead: who asked"),
        Counted("meta", ("purchase", "lead"), "purchase: what was bought; lead: who asked"),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[meta", "Expected ']' at the end of a table declaration"),
        ("[meta]\nevent = []", "unknown field `event`"),
        ("[meta]", "missing required field `events`"),
        ("[meta]\nevents = []", "[meta] events: some of purchase, lead, each once"),
        ('[meta]\nevents = ["sale"]', "[meta] events: some of purchase, lead, each once"),
        ('[meta]\nevents = ["lead", "lead"]', "[meta] events: some of purchase, lead, each once"),
        ('[act_one]\nevents = ["lead"]', "[act_one] is no platform or account id"),
        ("meta = 3", "Expected `object`, got `int`"),
    ],
)
def test_a_file_that_says_something_else_is_refused_by_name(text: str, said: str) -> None:
    with pytest.raises(CountingInvalid) as refused:
        load(text, SPECS)

    assert said in str(refused.value)


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff")

    for path in (tmp_path / "none.toml", tmp_path, tmp_path / "binary"):
        with pytest.raises(CountingInvalid, match="cannot be read"):
            load_counting(path, SPECS)


def test_a_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "counting.toml").write_text('[act_1]\nevents = ["lead"]\n')

    assert load_counting(tmp_path / "counting.toml", SPECS) == Counting({"act_1": ("lead",)})
