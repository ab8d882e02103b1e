"""TikTok's audiences: read, made, changed, and their members handed over."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

import httpx2

from ...ads.accounts import Account
from ...ads.audiences import AudiencePage
from ...ads.errors import AdsError, Invalid, NotFound, Rejected, Unsupported
from ...ads.handovers import CreateAudience, MembersChange, UpdateAudience
from ...contract import Clock, FoundAudiences, Portion
from ..paging import Numbered, by_number, once
from ..reading import garbled
from . import audience_bodies, audience_checks, audience_rows, member_files, regions
from .advertisers import advertiser_id
from .audience_rows import Listed
from .changes import Request
from .forms import json_text
from .shapes import PLATFORM
from .wordless import about_lists, about_people

_LIST, _UPLOAD = "dmp/custom_audience/list/", "dmp/custom_audience/file/upload/"
_SMALLEST_PAGE, _LARGEST_PAGE = 20, 100
_CLOCKS_DIFFER = timedelta(minutes=1)


class Audiences:
    """The part of `contract.AdPlatform` that is about audiences.

    Members go up as files, which do nothing by themselves; only `close` makes them a list or changes one. The note of
    a handover holds TikTok's names of the files.
    """

    def __init__(self, http: httpx2.AsyncClient, clock: Clock) -> None:
        self._http, self._clock = http, clock

    async def audiences(self, account: Account, *, place: str | None, size: int) -> AudiencePage:
        """One page. A place is the number of the page and the size of all, as for campaigns."""
        page, per_page = map(int, place.split("/")) if place else (1, min(max(size, _SMALLEST_PAGE), _LARGEST_PAGE))
        response = await self._listed(account, {"page": page, "page_size": per_page})
        rows, pages = audience_rows.audiences(response.content, account, (page, per_page), self._clock())
        return AudiencePage(rows, f"{page + 1}/{per_page}" if page < pages else None)

    def check_audience(self, account: Account, change: MembersChange) -> None:
        """Refuse what TikTok has no request for."""
        audience_checks.check(change)

    async def make_audience(self, account: Account, change: CreateAudience, tag: str) -> str:
        """Make an audience by a rule, or a lookalike; TikTok keeps no place for a tag, and no empty lists."""
        audience_checks.check(change)
        if change.rule is not None:
            return await self._made(audience_bodies.by_rule(account, change, change.rule))
        if change.seed is not None:
            with _nothing_done_yet():
                response = await self._http.get(regions.PATH, params=regions.question(account))
                locations = regions.location_ids(response.content, change.seed.countries)
            return await self._made(audience_bodies.lookalike(account, change, change.seed, locations))
        raise Unsupported("TikTok makes lists out of members alone.", "Hand the members over.", platform=PLATFORM)

    async def update_audience(self, account: Account, change: UpdateAudience) -> None:
        """Give the audience its other name."""
        audience_checks.check(change)
        if change.name:
            with _nothing_done_yet():
                await self._known(account, change.audience_id)
            await self._change(change.audience_id, audience_bodies.renamed(account, change))

    async def find_audiences(
        self, account: Account, change: CreateAudience, tag: str, since: datetime
    ) -> FoundAudiences:
        """The account's own audiences of exactly that name and kind that are not older."""
        found = [
            one.audience.id
            for one in await self._every(account)
            if one.own
            and one.audience.name == change.name
            and one.audience.kind in (change.kind, "other")
            and (one.audience.created is None or one.audience.created >= since - _CLOCKS_DIFFER)
        ]
        return FoundAudiences(found, sure=tag in change.name)

    async def take(
        self, account: Account, change: MembersChange, audience_id: str, so_far: str, portion: Portion
    ) -> str:
        """Upload one file. One that is uploaded twice is used once: only the last is noted."""
        with _nothing_done_yet():
            if isinstance(change, UpdateAudience) and not so_far:
                _refuse_other_files(await self._known(account, change.audience_id))
        if not portion.rows:
            return so_far
        if len(member_files.paths(so_far)) >= member_files.MOST_FILES:
            raise Invalid("TikTok takes no more files at once.", "Hand the list over in parts.", platform=PLATFORM)
        file = member_files.content(portion.rows)
        fields = {
            "advertiser_id": advertiser_id(account),
            "calculate_type": member_files.SORT,
            "file_signature": member_files.signature(file),
        }
        with about_people():
            response = await self._http.post(
                _UPLOAD, data=fields, files={"file": ("members.csv", file, "text/csv")}, extensions={"read": True}
            )
        return member_files.noted(so_far, member_files.file_path(response.content))

    async def close(self, account: Account, change: MembersChange, audience_id: str, so_far: str, tag: str) -> str:
        """Make the list of the uploaded files, or change it by them; all files count at once, whatever the action.

        An update is a request of its own that TikTok may refuse the second time it comes, so it is sent once.
        """
        paths = member_files.paths(so_far)
        if not paths:
            raise Invalid("Nobody was handed over.", "Give a list with people in it.", platform=PLATFORM)
        if isinstance(change, CreateAudience):
            return await self._made(audience_bodies.by_file(account, change, paths))
        if change.action is None:
            raise Invalid("No action says what the members are for.", "Give the action.", platform=PLATFORM)
        try:
            request = audience_bodies.with_files(account, change.audience_id, change.action, paths)
            await self._change(change.audience_id, request)
        except Rejected as refusal:
            refusal.fix = (
                "Read what TikTok said. It refuses changes to a list in which it knows, or would know, fewer than "
                "1,000 people, and while it still works on the list."
            )
            raise
        return change.audience_id

    async def _made(self, request: Request) -> str:
        return audience_bodies.made((await self._post(request)).content)

    async def _change(self, audience_id: str, request: Request) -> None:
        if not audience_bodies.is_about((await self._post(request)).content, audience_id):
            raise garbled(PLATFORM)

    async def _post(self, request: Request) -> httpx2.Response:
        headers = {"Content-Type": "application/json"}
        with about_lists():
            return await self._http.post(request.path, content=request.body, headers=headers)

    async def _known(self, account: Account, audience_id: str) -> Listed:
        """The audience with this id.

        Raises:
            NotFound: the account has none.
        """
        wanted = {"custom_audience_ids": json_text([audience_id]), "page": 1, "page_size": _SMALLEST_PAGE}
        response = await self._listed(account, wanted)
        rows = audience_rows.every(response.content, account, 1, self._clock()).rows
        if not rows:
            raise NotFound(
                "The account has no such audience.", "List the audiences and use an id from there.", platform=PLATFORM
            )
        if [one.audience.id for one in rows] != [audience_id]:
            raise garbled(PLATFORM)
        return rows[0]

    async def _every(self, account: Account) -> Sequence[Listed]:
        now = self._clock()

        async def ask(page: int) -> Numbered[Listed]:
            response = await self._listed(account, {"page": page, "page_size": _LARGEST_PAGE})
            return audience_rows.every(response.content, account, page, now)

        return once(PLATFORM, await by_number(PLATFORM, ask), lambda one: one.audience.id)

    async def _listed(self, account: Account, wanted: Mapping[str, str | int]) -> httpx2.Response:
        return await self._http.get(_LIST, params={"advertiser_id": advertiser_id(account), **wanted})


@contextmanager
def _nothing_done_yet() -> Generator[None]:
    """Within it there are only questions: what goes wrong there has surely changed nothing."""
    try:
        yield
    except AdsError as error:
        error.nothing_done = True
        raise


def _refuse_other_files(listed: Listed) -> None:
    """Refuse an audience that takes no files of ours, before anybody's data leaves.

    TikTok adds only files of the sort that the list was made of (API for Business docs, v1.3, "Update the details of
    an audience").
    """
    if listed.audience.kind not in ("customer_list", "other"):
        raise Unsupported(
            "This audience is no customer list: nobody can be added to or taken out of it.",
            "Use a customer list.",
            platform=PLATFORM,
        )
    if listed.sort not in ("", member_files.SORT):
        raise Unsupported(
            "This list was made of files of another sort, and TikTok adds only the same to it.",
            "Make a new list.",
            platform=PLATFORM,
        )
