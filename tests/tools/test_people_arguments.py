"""Wrong arguments about people: one clear error that never says again what was given of them."""

from collections.abc import AsyncGenerator
from pathlib import Path
from shutil import copy

import pytest

from tests.conftest import StandingClock
from xylo_mcp.ads.errors import AdsError, Invalid, Misconfigured, NotFound
from xylo_mcp.app import Caller, open_app
from xylo_mcp.sandbox.house import House
from xylo_mcp.settings import Settings
from xylo_mcp.tools import TOOLS

TOOL = {tool.name: tool.run for tool in TOOLS}
META, TIKTOK = "act_123456789", "tiktok_7123456789012345678"
CANARY = "zyxcanary"
SOMEBODY = {"email": f"{CANARY}@example.org"}
LIST: dict[str, object] = {"accounts": [META], "name": "Customers", "type": "customer_list"}
MEMBERS: dict[str, object] = {"account": META, "audience_id": "1", "action": "add"}
EVENT: dict[str, object] = {"name": "purchase", "id": "1", "time": "2026-03-18T10:00:00Z", "person": SOMEBODY}
EVENTS: dict[str, object] = {"destinations": [{"account": META, "id": "1"}], "events": [EVENT]}
VISITORS: dict[str, object] = {"accounts": [META], "name": "Visitors", "type": "website", "source": "1"}
ALIKE: dict[str, object] = {**VISITORS, "type": "lookalike", "countries": ["US"]}
WRONG: list[tuple[str, dict[str, object], str]] = [
    ("create_audience", {**LIST, "customers": [{"email": 7}]}, "customers.0.email: Input should be a valid string"),
    ("create_audience", {**LIST, "customers": [{CANARY: "x"}]}, "customers.0: has a field that is not taken."),
    ("create_audience", {**LIST, "customers": [[CANARY]]}, "customers.0: Input should be"),
    ("create_audience", {**LIST, "customers": CANARY}, "customers: Input should be a list."),
    ("create_audience", {**LIST, "customers": {"email": CANARY}}, "customers: Input should be"),
    ("create_audience", {**LIST, "customers": [SOMEBODY] * 501}, "customers: at most 500 items."),
    ("create_audience", {**LIST, "customers": [{"email": CANARY * 200}]}, "customers.0.email: String should have at"),
    ("create_audience", {**LIST, "customers": [{**SOMEBODY, "consent": CANARY}]}, "customers.0.consent: Input should"),
    ("create_audience", LIST, "customers: give either customers or a file."),
    ("create_audience", {**LIST, "customers": [SOMEBODY], "file": "a.csv"}, "customers: give either customers or"),
    ("create_audience", {**LIST, "accounts": [], "customers": [SOMEBODY]}, "accounts: at least one item."),
    ("create_audience", {**LIST, "accounts": [META] * 21, "customers": [SOMEBODY]}, "accounts: at most 20 items."),
    ("create_audience", {**LIST, "accounts": META, "customers": [SOMEBODY]}, "accounts: Input should be a list."),
    ("create_audience", {**LIST, "customers": [SOMEBODY], "name": ""}, "name"),
    ("create_audience", {**LIST, "customers": [SOMEBODY], "name": " A"}, "name"),
    ("create_audience", {**LIST, "customers": [SOMEBODY], "name": "A\u202eB"}, "name"),
    ("create_audience", {**LIST, "customers": [SOMEBODY], "name": "x" * 201}, "name: String should have at most 200"),
    ("create_audience", {**LIST, "customers": [SOMEBODY], "type": "vip"}, "type: Input should be 'customer_list'"),
    ("create_audience", {**LIST, "customers": [SOMEBODY], "consent": "yes"}, "consent: Input should be"),
    ("create_audience", {**LIST, "customers": [SOMEBODY], "default_country": "USA"}, "default_country: String should"),
    ("create_audience", {**LIST, "customers": [SOMEBODY], "source": "1"}, "source: a customer_list has none."),
    ("create_audience", {**LIST, "customers": [SOMEBODY], "event": "x"}, "event: only for audiences of what people"),
    ("create_audience", {**LIST, "customers": [SOMEBODY], "countries": ["US"]}, "countries: only for lookalikes."),
    ("create_audience", {**LIST, "customers": [SOMEBODY], "days": 541}, "days: Input should be less than or equal"),
    ("create_audience", {**LIST, "customer": [SOMEBODY]}, "'customer' is no argument of this tool; did you mean"),
    ("create_audience", {**VISITORS, "customers": [SOMEBODY]}, "customers, file: a website audience is not made of"),
    ("create_audience", {**VISITORS, "source": ""}, "source: a website audience needs one."),
    ("create_audience", {**VISITORS, "accounts": [META, TIKTOK]}, "accounts: a source belongs to one account."),
    ("create_audience", {**VISITORS, "countries": ["US"]}, "countries: only for lookalikes."),
    ("create_audience", {**ALIKE, "countries": []}, "countries: a lookalike needs at least one."),
    ("create_audience", {**ALIKE, "countries": ["us"]}, "countries.0: String should match pattern"),
    ("create_audience", {**ALIKE, "url_contains": "/"}, "url_contains: only for website audiences."),
    ("create_audience", {**ALIKE, "days": 3}, "days: a lookalike has none."),
    ("create_audience", {**ALIKE, "event": "x"}, "event: only for audiences of what people did."),
    ("create_audience", {**ALIKE, "reach": "all"}, "reach: Input should be 'narrow', 'balanced' or 'broad'"),
    ("update_audience", {**MEMBERS, "customers": [{"phone": None}]}, "customers.0.phone: Input should be a valid"),
    ("update_audience", MEMBERS, "customers: give either customers or a file."),
    ("update_audience", {"account": META, "audience_id": "1"}, "Nothing is to be changed."),
    (
        "update_audience",
        {"account": META, "audience_id": "1", "customers": [SOMEBODY]},
        "action: say what to do with these people.",
    ),
    ("update_audience", {**MEMBERS, "action": "drop", "customers": [SOMEBODY]}, "action: Input should be 'add'"),
    ("update_audience", {**MEMBERS, "audience_id": "1/../2", "customers": [SOMEBODY]}, "audience_id: String should"),
    ("update_audience", {**MEMBERS, "audience_id": 1, "customers": [SOMEBODY]}, "audience_id: Input should be a"),
    ("update_audience", {"account": META, "audience_id": "1", "status": "gone"}, "status: Input should be 'open'"),
    ("send_conversion", {**EVENTS, "events": [{**EVENT, "ip": 7}]}, "events.0.ip: Input should be a valid string"),
    ("send_conversion", {**EVENTS, "events": [{**EVENT, CANARY: 1}]}, "events.0: has a field that is not taken."),
    (
        "send_conversion",
        {**EVENTS, "events": [{**EVENT, "person": {CANARY: "x"}}]},
        "events.0.person: has a field that is not taken.",
    ),
    ("send_conversion", {**EVENTS, "events": [{**EVENT, "value": "49"}]}, "events.0.value: Input should be a valid"),
    ("send_conversion", {**EVENTS, "events": [{**EVENT, "value": True}]}, "events.0.value: Input should be a valid"),
    ("send_conversion", {**EVENTS, "events": [{**EVENT, "value": float("nan")}]}, "events.0.value: Input should be"),
    ("send_conversion", {**EVENTS, "events": [{**EVENT, "place": CANARY}]}, "events.0.place: Input should be"),
    ("send_conversion", {**EVENTS, "events": [{"name": "purchase"}]}, "events.0.id: Field required"),
    (
        "send_conversion",
        {**EVENTS, "events": [{**EVENT, "contents": [{"id": "1", "quantity": 0}]}]},
        "events.0.contents",
    ),
    ("send_conversion", {**EVENTS, "events": [EVENT] * 201}, "events: at most 200 items."),
    ("send_conversion", {**EVENTS, "events": []}, "events: give either events or a file."),
    ("send_conversion", {**EVENTS, "destinations": []}, "destinations: at least one item."),
    ("send_conversion", {**EVENTS, "destinations": [{"account": META}]}, "destinations.0.id: Field required"),
    ("send_conversion", {**EVENTS, "destinations": ["1"]}, "destinations.0: Input should be"),
    ("send_conversion", {**EVENTS, "test_code": "a b"}, "test_code: String should match pattern"),
    ("send_conversion", {**EVENTS, "file": "a.csv"}, "events: give either events or a file."),
    ("send_conversion", {**EVENTS, "idempotency_key": "1"}, "'idempotency_key' is no argument of this tool"),
    ("list_audiences", {"limit": 0}, "limit: Input should be greater than or equal to 1, not 0"),
    ("list_audiences", {"account": META}, "'account' is no argument of this tool; did you mean accounts?"),
    ("list_audiences", {"accounts": [META] * 201}, "accounts: at most 200 items."),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the operator allowed lists to be read from, beside a file that nobody may read."""
    (tmp_path / "secret.csv").write_text(f"email\n{CANARY}@example.org\n")
    folder = tmp_path / "lists"
    folder.mkdir()
    return folder


@pytest.fixture
async def caller(
    house: House, clock: StandingClock, tmp_path: Path, folder: Path, ledger_file: Path
) -> AsyncGenerator[Caller]:
    settings = Settings(mode="sandbox", state_dir=tmp_path, data_dirs=(folder,))
    copy(ledger_file, settings.ledger_place)
    async with open_app(settings, clock, house) as app:
        yield Caller("test", app)


async def refusal(tool: str, arguments: dict[str, object], caller: Caller) -> AdsError:
    with pytest.raises(AdsError) as refused:
        await TOOL[tool](arguments, caller)
    error = refused.value
    assert CANARY not in f"{error.message} {error.fix} {error.vendor} {error.limits} {error!r}"
    assert error.fix
    assert len(error.message) < 600
    return error


@pytest.mark.parametrize(
    ("tool", "arguments", "complaint"), WRONG, ids=[f"{tool}-{n}" for n, (tool, *_) in enumerate(WRONG)]
)
async def test_a_wrong_argument_is_named_without_anything_of_people(
    tool: str, arguments: dict[str, object], complaint: str, caller: Caller, house: House
) -> None:
    error = await refusal(tool, arguments, caller)

    assert isinstance(error, Invalid)
    assert complaint in error.message
    assert house.world.attempts() == []


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        ("../secret.csv", Invalid),
        ("/etc/passwd", Invalid),
        ("a/../../secret.csv", Invalid),
        ("secret.csv", NotFound),
        ("..%2fsecret.csv", NotFound),
        ("passwd", Invalid),
        ("a\0.csv", Invalid),
        ("link.csv", AdsError),
        ("empty.csv", Invalid),
        ("binary.csv", Invalid),
        ("nothing.csv", Invalid),
        ("x" * 256, Invalid),
    ],
)
@pytest.mark.parametrize("tool", ["create_audience", "update_audience"])
async def test_a_file_that_cannot_be_read_is_refused_without_telling_where_files_lie(
    file: str, kind: type[AdsError], tool: str, caller: Caller, folder: Path
) -> None:
    (folder / "link.csv").symlink_to(folder.parent / "secret.csv")
    (folder / "empty.csv").write_bytes(b"")
    (folder / "binary.csv").write_bytes(b"email\n\xff\xfe\x00\n")
    (folder / "nothing.csv").write_text(f"{CANARY}\n1\n")

    error = await refusal(tool, {**(LIST if tool == "create_audience" else MEMBERS), "file": file}, caller)

    assert isinstance(error, kind)
    assert str(folder.parent) not in f"{error.message} {error.fix}"
    assert error.nothing_done


async def test_without_a_folder_no_file_is_read_and_the_setting_is_named(
    house: House, clock: StandingClock, tmp_path: Path
) -> None:
    async with open_app(Settings(mode="sandbox", state_dir=tmp_path), clock, house) as app:
        for tool, rest in (("create_audience", LIST), ("update_audience", MEMBERS), ("send_conversion", EVENTS)):
            arguments = {key: value for key, value in rest.items() if key != "events"} | {"file": "a.csv"}
            error = await refusal(tool, arguments, Caller("test", app))

            assert isinstance(error, Misconfigured)
            assert "XYLO_DATA_DIRS" in error.fix


@pytest.mark.parametrize("account", ["act_%2e%2e", "customers/1234567890/../9998887776", "tiktok_1?x=1", " act_1", ""])
@pytest.mark.parametrize("tool", ["create_audience", "update_audience", "send_conversion", "list_audiences"])
async def test_what_is_no_account_never_reaches_a_platform(
    tool: str, account: str, caller: Caller, house: House
) -> None:
    whole: dict[str, dict[str, object]] = {
        "create_audience": {**LIST, "accounts": [account], "customers": [SOMEBODY]},
        "update_audience": {**MEMBERS, "account": account, "customers": [SOMEBODY]},
        "send_conversion": {**EVENTS, "destinations": [{"account": account, "id": "1"}]},
        "list_audiences": {"accounts": [account]},
    }

    error = await refusal(tool, whole[tool], caller)

    assert "is not an account id" in error.message
    assert house.world.attempts() == []


@pytest.mark.parametrize("cursor", ["madeupcursor", "' OR 1=1 --", "../../etc"])
async def test_a_cursor_that_was_not_given_is_refused(cursor: str, caller: Caller) -> None:
    error = await refusal("list_audiences", {"cursor": cursor}, caller)

    assert (error.code, error.fix) == ("INVALID_CURSOR", "Start again without a cursor, with the same arguments.")
