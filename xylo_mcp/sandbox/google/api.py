"""The endpoints: their paths, who may call them, and what they answer.

Google Ads API docs, "REST interface: search and searchStream" (v26, read Nov 2026).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from ..world import AccountPlan, World
from .access import check_login, customer
from .bodies import SearchBody, StreamBody, body_of
from .cast import ACCESSIBLE, MANAGER
from .conversions import conversion_routes
from .datamanager import data_manager_routes
from .door import guarded, not_found
from .failures import new_request_id, refused, reply
from .gaql.parser import parse
from .gaql.plan import Plan, planned
from .oauth import token_endpoint
from .pages import next_token, offset_of
from .people import job_routes, list_routes
from .rows import Row, rows, summary, written
from .streams import streamed
from .writing import mutate_routes

PAGE_ROWS: Final = 10_000


def server(world: World, page_rows: int = PAGE_ROWS, good_batches: int | None = None) -> ASGIApp:
    """Google's token endpoint, its Ads API and its Data Manager API, over `world`; the last has a host of its own.

    Pages and batches have `page_rows` rows; after so many `good_batches` a stream ends with an error.
    """
    api = _Api(world, page_rows, good_batches)

    async def token(request: Request) -> Response:
        return await token_endpoint(world, request)

    return Starlette(
        routes=[
            Route("/token", token, methods=["POST"]),
            *mutate_routes(world),
            *list_routes(world),
            *job_routes(world),
            *conversion_routes(world),
            *data_manager_routes(world),
            Route(
                "/{version}/customers:listAccessibleCustomers",
                guarded(world, api.list_accessible_customers),
                methods=["GET"],
            ),
            Route(
                "/{version}/customers/{customer_id}/googleAds:search",
                guarded(world, api.search),
                methods=["POST"],
            ),
            Route(
                "/{version}/customers/{customer_id}/googleAds:searchStream",
                guarded(world, api.search_stream, in_list=True),
                methods=["POST"],
            ),
        ],
        exception_handlers={404: not_found, 405: not_found},
    )


@dataclass(frozen=True, slots=True)
class _Api:
    world: World
    page_rows: int
    good_batches: int | None

    async def list_accessible_customers(self, request: Request) -> Response:
        check_login(request.headers.get("login-customer-id"))
        return reply({"resourceNames": [f"customers/{known}" for known in ACCESSIBLE]}, new_request_id())

    async def search(self, request: Request) -> Response:
        body = await body_of(request, SearchBody)
        of = self._customer(request)
        plan = self._plan(of, body.query)
        _check_search(body, plan)
        begin = offset_of(self.world, of.id, body)
        if body.validate_only:
            return reply({}, new_request_id())
        found = rows(self.world, of, plan)
        wanted = found[: plan.limit or None]
        end = begin + self.page_rows
        settings, last = body.search_settings, end >= len(wanted)
        content: dict[str, object] = {"fieldMask": plan.field_mask, "queryResourceConsumption": _consumption(wanted)}
        if wanted[begin:end] and not settings.omit_results:
            content["results"] = written(plan, wanted[begin:end])
        if not last and not settings.omit_results:
            content["nextPageToken"] = next_token(self.world, of.id, body, end)
        elif settings.return_summary_row:
            content["summaryRow"] = summary(of, plan, found)
        if settings.return_total_results_count:
            content["totalResultsCount"] = str(len(found))
        return reply(content, new_request_id())

    async def search_stream(self, request: Request) -> Response:
        body = await body_of(request, StreamBody)
        of = self._customer(request)
        plan = self._plan(of, body.query)
        with_summary = body.summary_row_setting in {"SUMMARY_ROW_WITH_RESULTS", "SUMMARY_ROW_ONLY"}
        _check_summary(plan, wanted=with_summary)
        found = rows(self.world, of, plan)
        wanted = found[: plan.limit or None]
        request_id = new_request_id()
        mask: dict[str, object] = {"fieldMask": plan.field_mask, "requestId": request_id}
        consumed = {"queryResourceConsumption": _consumption(wanted)}

        def batches() -> Iterator[Mapping[str, object]]:
            if body.summary_row_setting != "SUMMARY_ROW_ONLY":
                for at in range(0, len(wanted), self.page_rows):
                    last = not with_summary and at + self.page_rows >= len(wanted)
                    part = written(plan, wanted[at : at + self.page_rows])
                    yield {"results": part, **mask, **(consumed if last else {})}
            if with_summary:
                yield {"summaryRow": summary(of, plan, found), **mask, **consumed}
            elif not wanted:
                yield {**mask, **consumed}

        return streamed(batches(), request_id, self.good_batches)

    def _customer(self, request: Request) -> AccountPlan:
        login = request.headers.get("login-customer-id")
        return customer(self.world, str(request.path_params["customer_id"]), login)

    def _plan(self, of: AccountPlan, query: str) -> Plan:
        if not query:
            raise refused("requestError", "REQUIRED_FIELD_MISSING", "The query is missing.")
        return planned(parse(query), self.world.today(of), manager=of is MANAGER)


def _check_search(body: SearchBody, plan: Plan) -> None:
    if body.page_size:
        code = "PAGE_SIZE_NOT_SUPPORTED"
        raise refused("requestError", code, "Setting the page size is not supported. Pages have 10000 rows.")
    if body.validate_only and body.page_token:
        code = "VALIDATE_ONLY_REQUEST_HAS_PAGE_TOKEN"
        raise refused("requestError", code, "A request that only validates cannot have a page token.")
    if body.validate_only and body.search_settings.return_summary_row:
        code = "CANNOT_RETURN_SUMMARY_ROW_FOR_VALIDATE_ONLY_REQUESTS"
        raise refused("requestError", code, "A request that only validates has no summary row.")
    _check_summary(plan, wanted=body.search_settings.return_summary_row)


def _check_summary(plan: Plan, *, wanted: bool) -> None:
    if wanted and not plan.counts:
        code = "CANNOT_RETURN_SUMMARY_ROW_FOR_REQUEST_WITHOUT_METRICS"
        raise refused("requestError", code, "A summary row needs metrics in the query.")


def _consumption(found: Sequence[Row]) -> str:
    """What the query costs: Google publishes no formula, only that larger answers cost more."""
    return str(100 + len(found))
