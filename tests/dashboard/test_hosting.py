"""How the page and its host talk."""

from typing import Literal

import pytest

from tests.dashboard.conftest import TEXT, Json, Show, answered
from tests.dashboard.samples import week

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_page_greets_its_host_and_then_says_its_size(show: Show) -> None:
    shown = await show(week())

    said = await shown.host.evaluate("said")
    assert [one["method"] for one in said][:3] == [
        "ui/initialize",
        "ui/notifications/initialized",
        "ui/notifications/size-changed",
    ]
    assert said[0] == {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "ui/initialize",
        "params": {
            "protocolVersion": "2026-01-26",
            "appInfo": {"name": "xylo-dashboard", "title": "Xylo dashboard", "version": "1"},
            "appCapabilities": {"availableDisplayModes": ["inline", "fullscreen"]},
        },
    }


async def test_a_host_that_follows_the_page_s_size_shows_all_of_it(show: Show) -> None:
    shown = await show(week())

    inner = "document.documentElement.scrollHeight"
    await shown.host.wait_for_function("parseInt(frame.style.height) > 900")
    await shown.view.wait_for_function(f"window.innerHeight === {inner}")

    sizes = [one["params"] for one in await shown.said("ui/notifications/size-changed")]
    assert sizes[-1] == {"width": 760, "height": await shown.view.evaluate(inner)}


async def test_the_page_says_what_it_waits_for(show: Show) -> None:
    shown = await show(None)

    await shown.reply("ping")

    assert await shown.texts("#dashboard") == ["Waiting for the numbers of last 7 days."]


async def test_a_call_that_was_called_off_is_said_to_be(show: Show) -> None:
    shown = await show(None)

    await shown.tell("ui/notifications/tool-cancelled", {"reason": "user"})

    assert await shown.texts("#dashboard") == ["The question was called off."]


@pytest.mark.parametrize(
    "result",
    [
        {"content": [{"type": "text", "text": TEXT}]},
        {"content": [{"type": "image"}, {"type": "text", "text": TEXT}], "_meta": {"else": 1}},
        {"content": [{"type": "text", "text": TEXT}], "_meta": {"xylo/pictures": {"mode": "live", "groups": 7}}},
    ],
    ids=["no pictures", "someone else's", "broken ones"],
)
async def test_an_answer_without_pictures_is_shown_in_words(show: Show, result: dict[str, object]) -> None:
    shown = await show(result)

    assert await shown.texts("#dashboard > *") == ["The answer in words", TEXT]


async def test_a_failed_question_is_said_to_have_failed(show: Show) -> None:
    shown = await show({"isError": True, "content": [{"type": "text", "text": "invalid: no such account."}]})

    assert await shown.texts("#dashboard > *") == ["The question failed", "invalid: no such account."]


async def test_the_page_lets_itself_be_ended_and_has_no_methods(show: Show) -> None:
    shown = await show(week())

    assert await shown.reply("ui/resource-teardown") == {"jsonrpc": "2.0", "id": "asked-1", "result": {}}
    assert await shown.reply("tools/list") == {
        "jsonrpc": "2.0",
        "id": "asked-2",
        "error": {"code": -32601, "message": "This page has no such method."},
    }


@pytest.mark.parametrize("method", ["ui/notifications/tool-input-partial", "constructor", "__proto__"])
async def test_what_the_page_does_not_know_it_lets_pass(show: Show, method: str) -> None:
    shown = await show(week())

    await shown.tell(method, {"arguments": {}})

    assert (await shown.texts("h1"), shown.complaints) == (["Advertising, last 7 days"], [])


async def test_only_the_host_is_listened_to(show: Show) -> None:
    shown = await show(week())
    forged: Json = {"jsonrpc": "2.0", "method": "ui/notifications/tool-result", "params": {"content": []}}

    await shown.view.evaluate("(message) => window.postMessage(message, '*')", forged)
    await shown.view.evaluate("new Promise((done) => setTimeout(done))")
    await shown.reply("ping")

    assert await shown.texts("h1") == ["Advertising, last 7 days"]


async def test_a_later_result_takes_the_place_of_an_earlier_one(show: Show) -> None:
    shown = await show(answered(week()))

    await shown.tell("ui/notifications/tool-result", {"content": [{"type": "text", "text": "Later."}]})

    assert await shown.texts("#dashboard > *") == ["The answer in words", "Later."]


async def test_the_theme_is_the_host_s_and_follows_it(show: Show) -> None:
    shown = await show(week(), host={"theme": "dark"})
    ground = "getComputedStyle(document.documentElement).backgroundColor"

    dark = await shown.view.evaluate(ground)
    await shown.tell("ui/notifications/host-context-changed", {"theme": "light"})

    assert (dark, await shown.view.evaluate(ground)) == ("rgb(27, 27, 26)", "rgb(255, 255, 255)")


@pytest.mark.parametrize(("scheme", "ground"), [("dark", "rgb(27, 27, 26)"), ("light", "rgb(255, 255, 255)")])
async def test_without_a_word_of_the_host_the_theme_is_the_reader_s(
    show: Show, scheme: Literal["dark", "light"], ground: str
) -> None:
    shown = await show(week(), host={"locale": "en-US"})

    await shown.host.emulate_media(color_scheme=scheme)

    assert await shown.view.evaluate("getComputedStyle(document.documentElement).backgroundColor") == ground


async def test_numbers_and_times_are_written_as_the_reader_writes_them(show: Show) -> None:
    shown = await show(week(), host={"theme": "light", "locale": "de-DE", "timeZone": "Asia/Tokyo"})
    before = [*await shown.texts(".figure"), *await shown.texts("time")]

    await shown.tell("ui/notifications/host-context-changed", {"locale": "en-GB", "timeZone": "no/where"})

    assert before == ["10.715,00 $", "19. März 2026, 00:30 GMT+9"]
    assert [*await shown.texts(".figure"), *await shown.texts("time")] == [
        "US$10,715.00",
        "19 Mar 2026, 00:30 GMT+9",
    ]
