"""What other people wrote is text, and nothing leaves the page."""

import pytest
from msgspec.structs import replace

from tests.dashboard.conftest import Show
from tests.dashboard.samples import campaign, week
from xylo_mcp.dashboard import Failed

pytestmark = pytest.mark.asyncio(loop_scope="session")

HOSTILE = [
    "<img src='https://evil.test/x' onerror='window.hit = 1'>",
    "<script>window.hit = 1</script>",
    "</script><script>window.hit = 1</script>",
    "\"><svg onload='window.hit = 1'>",
    "javascript:window.hit = 1",
    "{style}{script}{policy}",
    "__proto__",
]


async def test_hostile_names_are_shown_as_they_are_and_do_nothing(show: Show) -> None:
    pictures = replace(
        week(),
        campaigns=[campaign(place, name) for place, name in enumerate(HOSTILE)],
        failures=[Failed(name, name) for name in HOSTILE],
        notes=HOSTILE,
    )
    elements = "document.querySelectorAll('script, img, iframe, a').length"

    shown = await show(pictures)

    names = await shown.view.locator(".campaigns .name").all_text_contents()
    assert sorted(names) == sorted(HOSTILE)
    assert await shown.view.locator(".notes bdi").all_text_contents() == HOSTILE
    assert await shown.view.locator(".failures strong bdi").all_text_contents() == HOSTILE
    assert await shown.view.evaluate(f"[{elements}, window.hit ?? null]") == [1, None]
    assert (shown.requests, shown.complaints) == ([], [])


async def test_a_failed_answer_s_text_is_text(show: Show) -> None:
    shown = await show({"content": [{"type": "text", "text": HOSTILE[0]}]})

    assert await shown.view.locator("pre").text_content() == HOSTILE[0]
    assert (shown.requests, shown.complaints) == ([], [])


async def test_nothing_leaves_whatever_is_done_on_the_page(show: Show) -> None:
    shown = await show(week(), host={"theme": "dark", "styles": {"css": {"fonts": "@import url(https://evil.test/f)"}}})

    await shown.view.get_by_label("Filter").fill("sale")
    await shown.view.get_by_role("button", name="Clicks").click()
    await shown.view.locator("summary").click()
    await shown.view.locator("figure svg").first.hover()

    assert (shown.requests, shown.complaints) == ([], [])


async def test_the_page_works_under_the_policy_that_hosts_set(show: Show) -> None:
    # What a host sets where a page declares nothing (MCP Apps, 2026-01-26, "Security Implications").
    usual = (
        "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; connect-src 'none'"
    )

    shown = await show(week(), policy=usual)

    assert await shown.texts(".figure") == ["$10,715.00"]
    assert (shown.requests, shown.complaints) == ([], [])


@pytest.mark.parametrize(
    ("attempt", "refused"),
    [
        ("fetch('https://evil.test/').catch(() => 0)", ["connect-src", "https://evil.test/"]),
        ("new Image().src = 'https://evil.test/'", ["img-src", "https://evil.test/"]),
        ("document.body.append(made('script', 'window.hit = 1'))", ["script-src-elem", "inline"]),
        ("document.body.append(made('style', '* { color: red }'))", ["style-src-elem", "inline"]),
    ],
)
async def test_the_page_s_own_policy_refuses_what_is_not_the_page_s(
    show: Show, attempt: str, refused: list[str]
) -> None:
    shown = await show(week())

    told = await shown.view.evaluate(f"""() => new Promise((done) => {{
      document.addEventListener("securitypolicyviolation", (one) => done([one.effectiveDirective, one.blockedURI]));
      const made = (name, textContent) => Object.assign(document.createElement(name), {{ textContent }});
      {attempt};
    }})""")

    assert told == refused
