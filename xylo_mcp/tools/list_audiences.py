"""list_audiences."""

from collections.abc import Iterator, Sequence

from typing_extensions import TypedDict

from .. import gatherings
from ..ads.audiences import Audience
from ..ads.text import clean, quoted
from ..app import Caller
from ..directory import Failure
from .catalog import Answer, Arguments
from .fields import AccountIds, Cursor, Limit
from .tables import FailureShown, failure_lines, failures_shown


class ListAudiences(Arguments):
    """What list_audiences takes."""

    accounts: AccountIds = ()
    limit: Limit = 50
    cursor: Cursor = ""


class AudienceShown(TypedDict):
    """One audience; the name is third-party text, `size` null where the platform does not say it."""

    id: str
    account: str
    name: str
    type: str
    size: int | None
    readiness: str
    created: str | None
    platform_words: list[str]


class Audiences(TypedDict):
    """What list_audiences gives."""

    mode: str
    audiences: list[AudienceShown]
    failures: list[FailureShown]
    complete: bool
    next_cursor: str | None


async def list_audiences(asked: ListAudiences, caller: Caller) -> Answer:
    """List audiences: id, name, type, about how many people, and whether ads can use them now."""
    app = caller.app
    question = f"{caller.who}/{asked.model_dump_json(exclude={'cursor', 'limit'})}"
    if asked.cursor:
        found = app.audience_cursors.find(asked.cursor, question)
    else:
        found = await gatherings.audiences(app.directory, asked.accounts, caller.until)
    page, rest = found.audiences[: asked.limit], found.audiences[asked.limit :]
    cursor = app.audience_cursors.keep(gatherings.Gathered(rest, found.failures), question) if rest else None
    content: Audiences = {
        "mode": app.mode,
        "audiences": [_shown(one) for one in page],
        "failures": failures_shown(list(found.failures)),
        "complete": not found.failures and cursor is None,
        "next_cursor": cursor,
    }
    return Answer("\n".join(_lines(content, page, found.failures)), content)


def _shown(one: Audience) -> AudienceShown:
    return {
        "id": one.id,
        "account": one.account,
        "name": clean(one.name),
        "type": one.kind,
        "size": one.size,
        "readiness": one.readiness,
        "created": one.created.isoformat() if one.created else None,
        "platform_words": [clean(word) for word in (one.raw_kind, one.raw_status) if word],
    }


def _lines(content: Audiences, page: Sequence[Audience], failures: Sequence[Failure]) -> Iterator[str]:
    yield f"{content['mode']}: {len(page)} audiences, {'complete' if content['complete'] else 'NOT complete'}"
    account = ""
    for one in page:
        if one.account != account:
            account = one.account
            yield f"{account}: id, name, type, size, readiness"
        size = "unknown" if one.size is None else f"{one.size:,}"
        yield f"{one.id} {quoted(one.name)} {one.kind} {size} {one.readiness}"
    yield from failure_lines(failures)
    if content["next_cursor"]:
        yield f"next_cursor {content['next_cursor']}"
