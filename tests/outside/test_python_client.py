"""The official Python client hears the same from a real server, over both transports and in both protocol eras."""

from collections.abc import Callable, Mapping
from importlib.metadata import version

import jsonschema
import msgspec
import pytest
from mcp.client.stdio import StdioServerParameters

Json = dict[str, object]
Partners = Mapping[str, tuple[StdioServerParameters | str, str]]
LATEST = "2026-07-28"
PROTOCOLS = {"legacy": "2025-11-25", "auto": LATEST, LATEST: LATEST}
NAMES = [f"{transport} {mode}" for transport in ("stdio", "http") for mode in PROTOCOLS]
PRESETS = ["today", "yesterday", "last_7d", "last_14d", "last_30d", "last_90d", "this_month", "last_month"]
each = pytest.mark.parametrize("name", NAMES)


class Answer(msgspec.Struct):
    failed: bool
    text: list[str]
    data: Json


class Tool(msgspec.Struct, rename="camel"):
    name: str
    title: str
    description: str
    input_schema: Json
    output_schema: Json
    annotations: dict[str, bool]


class Conversation(msgspec.Struct):
    protocol: str
    server: dict[str, str] | None
    instructions: str | None
    tools: list[Tool]
    answers: dict[str, Answer]
    rest: Answer
    mistake: Answer
    resources: list[Json]
    templates: list[Json]
    summary: list[str]
    completion: list[str]
    no_tool: Json
    no_resource: Json


class Account(msgspec.Struct):
    id: str
    platform: str


class Accounts(msgspec.Struct):
    mode: str
    accounts: list[Account]
    complete: bool
    next_cursor: str | None


@pytest.fixture(scope="module")
def heard(
    converse: Callable[[Partners], Mapping[str, Json]], over_stdio: StdioServerParameters, over_http: str
) -> Mapping[str, Conversation]:
    servers = {"stdio": over_stdio, "http": over_http}
    said = converse({name: (servers[name.split()[0]], name.split()[1]) for name in NAMES})
    return {name: msgspec.convert(conversation, Conversation) for name, conversation in said.items()}


@each
def test_the_protocol_is_the_newest_of_its_era(heard: Mapping[str, Conversation], name: str) -> None:
    assert heard[name].protocol == PROTOCOLS[name.split()[1]]


@pytest.mark.parametrize("name", [name for name in NAMES if not name.endswith(LATEST)])
def test_the_server_introduces_itself(heard: Mapping[str, Conversation], name: str) -> None:
    server, instructions = heard[name].server, heard[name].instructions

    assert server == {"name": "xylo-mcp", "title": "Xylo", "version": version("xylo-mcp")}
    assert instructions is not None
    assert instructions.endswith("This server shows its sandbox: accounts, campaigns and numbers are made up.")


@pytest.mark.parametrize("name", NAMES[1:])
def test_the_same_is_said_over_every_transport_in_every_era(heard: Mapping[str, Conversation], name: str) -> None:
    first = heard[NAMES[0]]

    alike = msgspec.structs.replace(
        heard[name], protocol=first.protocol, server=first.server, instructions=first.instructions
    )

    assert alike == first


@each
def test_the_tools_are_listed_with_titles_and_all_four_hints(heard: Mapping[str, Conversation], name: str) -> None:
    reads = {"readOnlyHint": True, "destructiveHint": False, "idempotentHint": True, "openWorldHint": True}
    writes = {"readOnlyHint": False, "destructiveHint": True, "idempotentHint": False, "openWorldHint": True}

    assert [(tool.name, tool.title, tool.annotations) for tool in heard[name].tools] == [
        ("list_accounts", "List ad accounts", reads),
        ("list_campaigns", "List campaigns", reads),
        ("get_insights", "Get performance", reads),
        ("get_summary", "Get a summary", reads),
        ("create_campaign", "Create a campaign", writes),
        ("update_campaign", "Change a campaign", writes),
        ("pause_campaign", "Pause a campaign", writes),
        ("create_audience", "Create an audience", writes),
        ("send_conversion", "Send conversions", writes),
        ("get_guardrails", "Get the guardrails", reads),
        ("get_operation", "Get an operation", reads),
    ]
    assert all(tool.description for tool in heard[name].tools)


@each
def test_every_schema_is_one_and_refuses_unknown_arguments(heard: Mapping[str, Conversation], name: str) -> None:
    for tool in heard[name].tools:
        jsonschema.Draft202012Validator.check_schema(tool.input_schema)
        jsonschema.Draft202012Validator.check_schema(tool.output_schema)
        assert tool.input_schema["additionalProperties"] is False


@each
def test_every_answer_fits_the_schema_of_its_tool(heard: Mapping[str, Conversation], name: str) -> None:
    schemas = {tool.name: tool.output_schema for tool in heard[name].tools}

    for tool, answer in heard[name].answers.items():
        jsonschema.validate(answer.data, schemas[tool], jsonschema.Draft202012Validator)
    assert heard[name].answers
    assert not any(answer.failed for answer in heard[name].answers.values())


@each
def test_every_answer_says_its_mode_in_text_and_data_and_is_whole(heard: Mapping[str, Conversation], name: str) -> None:
    for answer in heard[name].answers.values():
        assert [text.partition(":")[0] for text in answer.text] == ["sandbox"]
        assert (answer.data["mode"], answer.data["complete"], answer.data["failures"]) == ("sandbox", True, [])


@each
def test_the_rest_of_a_list_comes_with_its_cursor(heard: Mapping[str, Conversation], name: str) -> None:
    whole = msgspec.convert(heard[name].answers["list_accounts"].data, Accounts)

    rest = msgspec.convert(heard[name].rest.data, Accounts)

    assert rest == Accounts("sandbox", whole.accounts[10:], complete=True, next_cursor=None)
    assert {account.platform for account in whole.accounts} == {"google", "meta", "tiktok"}


@each
def test_the_summary_is_listed_offered_as_a_template_and_read(heard: Mapping[str, Conversation], name: str) -> None:
    (text,) = heard[name].summary

    assert [resource["uri"] for resource in heard[name].resources] == [
        *(f"xylo://summary/{one}" for one in PRESETS),
        "xylo://accounts",
        "xylo://guardrails",
        "xylo://glossary",
        "ui://xylo/dashboard",
    ]
    assert [template["uriTemplate"] for template in heard[name].templates] == [
        "xylo://summary/{date_preset}",
        "xylo://accounts/{+account}/campaigns",
        "xylo://operations/{id}",
        "xylo://exports/{name}",
    ]
    assert text.startswith("# sandbox: ")
    assert "failed:" not in text


@each
def test_a_date_preset_is_completed(heard: Mapping[str, Conversation], name: str) -> None:
    assert heard[name].completion == [preset for preset in PRESETS if preset.startswith("last_")]


@each
def test_a_mistake_is_answered_with_what_to_do_next(heard: Mapping[str, Conversation], name: str) -> None:
    message = (
        "date_preset: Input should be 'today', 'yesterday', 'last_7d', 'last_14d', 'last_30d', 'last_90d', "
        "'this_month' or 'last_month', not 'last_week'."
    )
    fix = "Correct the arguments and ask again."

    assert heard[name].mistake == Answer(
        failed=True,
        text=[f"{fix}\nINVALID_ARGUMENT (sandbox): {message}"],
        data={
            "mode": "sandbox",
            "code": "INVALID_ARGUMENT",
            "message": message,
            "fix": fix,
            "retry": {"safe": False},
            "side_effects": "none",
        },
    )


@each
def test_what_there_is_not_is_refused_by_name_of_what_there_is(heard: Mapping[str, Conversation], name: str) -> None:
    assert heard[name].no_tool == {
        "code": -32602,
        "message": "There is no tool of that name; there are list_accounts, list_campaigns, get_insights, "
        "get_summary, create_campaign, update_campaign, pause_campaign, create_audience, send_conversion, get_guardrails, "
        "get_operation.",
    }
    assert heard[name].no_resource == {
        "code": -32602,
        "message": "There is no resource 'xylo://secrets'. There are xylo://summary/{date_preset}, xylo://accounts, "
        "xylo://accounts/{+account}/campaigns, xylo://guardrails, xylo://operations/{id}, xylo://glossary, "
        "xylo://exports/{name}, ui://xylo/dashboard; "
        "date_preset one of " + ", ".join(PRESETS) + ".",
    }
