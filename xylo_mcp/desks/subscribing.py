"""The desk for subscriptions: who wants to know of changes, in both eras of the protocol.

Up to 2025-11-25 a client subscribes to one resource at a time, and is told on its connection. From 2026-07-28 on it
names all of them in one request, whose answer is the stream of what changed (specification 2026-07-28,
"Subscriptions").
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterable

import anyio
import mcp_types as types
from mcp.server.connection import Connection
from mcp.server.context import ServerRequestContext
from mcp.server.session import ServerSession
from mcp.server.subscriptions import InMemorySubscriptionBus, ListenHandler, ResourceUpdated
from mcp.shared.exceptions import MCPError

from .. import resources
from ..ads.errors import NotFound
from ..app import Door
from ..settings import Mode
from .refusals import refusal

Context = ServerRequestContext[Door]
_PATIENCE = 5.0  # seconds for one client to take a notification: one that does not read holds up nobody
_MOST = 1_000  # resources at once, of one client and of all


class SubscribingDesk:
    """Keeps who wants to know what; `begin` is awaited before anyone is told that they are subscribed."""

    def __init__(self, mode: Mode, begin: Callable[[], Awaitable[None]]) -> None:
        self._mode, self._begin = mode, begin
        self._bus = InMemorySubscriptionBus()
        self._streams = ListenHandler(self._bus)
        self._streamed: Counter[str] = Counter()
        self._sessions: dict[Connection, tuple[ServerSession, set[str]]] = {}

    @property
    def wanted(self) -> Collection[str]:
        """All resources that somebody wants to know of."""
        pushed = (uri for _, uris in self._sessions.values() for uri in uris)
        return {*self._streamed, *pushed}

    async def tell(self, changed: Collection[str]) -> None:
        """Say that these resources are no longer what they were, to those who want to know, in their spelling."""
        for uri in sorted(uri for uri in self.wanted if resources.canonical(uri) in changed):
            await self._bus.publish(ResourceUpdated(uri=uri))
            for session, uris in list(self._sessions.values()):
                if uri in uris:
                    with anyio.move_on_after(_PATIENCE):
                        await session.send_resource_updated(uri)

    async def listen(
        self, context: Context, params: types.SubscriptionsListenRequestParams
    ) -> types.SubscriptionsListenResult:
        """Say what changes, from now on until the client hangs up."""
        uris = Counter(self._known(params.notifications.resource_subscriptions or ()))
        self._streamed += uris
        try:
            if uris:
                await self._looked_after()
            return await self._streams(context, params)
        finally:
            self._streamed -= uris

    async def subscribe(self, context: Context, params: types.SubscribeRequestParams) -> types.EmptyResult:
        """Say when `params.uri` changes, until the client no longer wants to know, or hangs up."""
        connection = _connection(context.session)
        new = self._known([params.uri])
        if connection not in self._sessions:
            self._sessions[connection] = (context.session, set())
            connection.exit_stack.callback(self._sessions.pop, connection, None)
        _, uris = self._sessions[connection]
        new -= uris
        uris |= new
        try:
            await self._looked_after()
        except MCPError:
            uris -= new
            raise
        return types.EmptyResult()

    async def unsubscribe(self, context: Context, params: types.UnsubscribeRequestParams) -> types.EmptyResult:
        """Say no longer when `params.uri` changes."""
        _, uris = self._sessions.get(_connection(context.session), (None, set[str]()))
        uris.discard(params.uri)
        return types.EmptyResult()

    def _known(self, uris: Iterable[str]) -> set[str]:
        """`uris`, each once.

        Raises:
            MCPError: one of them does not exist, or they are too many.
        """
        known = set(uris)
        try:
            for uri in known:
                resources.find(uri)
        except NotFound as error:
            raise refusal(error, self._mode) from None
        if len({*self.wanted, *known}) > _MOST:
            raise MCPError(types.INVALID_PARAMS, f"At most {_MOST} resources are looked after at once; name fewer.")
        return known

    async def _looked_after(self) -> None:
        try:
            await self._begin()
        except Exception as error:  # noqa: BLE001  # the outermost door
            raise refusal(error, self._mode) from None


def _connection(session: ServerSession) -> Connection:
    """What a client's requests have in common, and what knows when it hangs up.

    The SDK gives handlers no other way to it; without, who hung up would be told for ever.
    """
    return session._connection  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
