"""A real browser, a small host, and the page within it."""

import shutil
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import ConsoleMessage, Error, Frame, Page, Request, async_playwright

from xylo_mcp.dashboard import Pictures, meta, page

CHROMIUM = shutil.which("chromium")
HOST = (Path(__file__).parent / "host.html").read_text(encoding="utf-8")
TEXT = "The answer in words."
Json = Mapping[str, object]


@dataclass(frozen=True)
class Shown:
    """The page as a host shows it.

    Attributes:
        requests, complaints: what left the browser, and what its console and scripts complained of.
    """

    host: Page
    view: Frame
    requests: list[str]
    complaints: list[str]

    async def said(self, method: str) -> list[Json]:
        """What the page said to the host under this name."""
        return await self.host.evaluate("(method) => said.filter((one) => one.method === method)", method)

    async def tell(self, method: str, params: Json) -> None:
        """Say something to the page, which has heard it before this returns."""
        await self.host.evaluate("([method, params]) => tell({ method, params })", [method, params])
        await self.reply("ping")

    async def reply(self, method: str) -> Json:
        """What the page answers to a request."""
        return await self.host.evaluate("(method) => ask(method)", method)

    async def texts(self, selector: str) -> list[str]:
        """What stands in the elements, as it is read, without what is only heard."""
        found = await self.view.locator(selector).all_inner_texts()
        return [" ".join(text.replace("not known", "").split()) for text in found]


Show = Callable[..., Awaitable[Shown]]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def tab() -> AsyncGenerator[Page]:
    """The browser's one tab, of someone who reads American English in New York."""
    if CHROMIUM is None:
        pytest.skip("NO CHROMIUM: the dashboard is not tested; apt-get install chromium")
    # A process for every frame would take longer than the tests themselves.
    frugal = ["--disable-features=IsolateSandboxedIframes"]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=frugal)
        yield await browser.new_page(locale="en-US", timezone_id="America/New_York")
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def show(tab: Page) -> AsyncGenerator[Show]:
    """Shows pictures, or any other result, in place of what was shown before."""
    requests: list[str] = []
    complaints: list[str] = []

    def on_request(request: Request) -> None:
        requests.append(request.url)

    def on_complaint(complaint: ConsoleMessage | Error) -> None:
        complaints.append(str(complaint))

    async def shown(
        what: Pictures | Json | None, *, width: int = 760, host: Json | None = None, policy: str = ""
    ) -> Shown:
        await tab.goto("about:blank")
        requests.clear()
        await tab.set_viewport_size({"width": width, "height": 900})
        await tab.set_content(HOST.replace("{policy}", policy))
        result = answered(what) if isinstance(what, Pictures) else what
        told = [page(), host or {"theme": "light"}, {"date_preset": "last_7d"}, result]
        await tab.evaluate("([html, context, input, result]) => show(html, context, input, result)", told)
        view = tab.frames[-1]
        await view.locator("#dashboard" if result is None else "h1").wait_for()
        return Shown(tab, view, requests, complaints)

    tab.on("request", on_request)
    tab.on("console", on_complaint)
    tab.on("pageerror", on_complaint)
    yield shown
    tab.remove_listener("request", on_request)
    tab.remove_listener("console", on_complaint)
    tab.remove_listener("pageerror", on_complaint)


def answered(pictures: Pictures) -> Json:
    """The tool's result that carries `pictures`."""
    return {"content": [{"type": "text", "text": TEXT}], "_meta": meta(pictures)}
