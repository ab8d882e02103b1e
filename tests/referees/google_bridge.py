"""A gRPC face before the Google sandbox, so that Google's own client can be its referee.

Each call becomes JSON, goes to the sandbox's REST interface over a real port, and its answer comes
back as Google's own message: what the sandbox says must therefore parse strictly.
"""

import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import httpx2
import proto
import trustme
import uvicorn
from google.ads.googleads.v26.errors.types.errors import GoogleAdsFailure
from google.ads.googleads.v26.services.types.campaign_budget_service import (
    MutateCampaignBudgetsRequest,
    MutateCampaignBudgetsResponse,
)
from google.ads.googleads.v26.services.types.campaign_service import MutateCampaignsRequest, MutateCampaignsResponse
from google.ads.googleads.v26.services.types.conversion_upload_service import (
    UploadClickConversionsRequest,
    UploadClickConversionsResponse,
)
from google.ads.googleads.v26.services.types.customer_service import (
    ListAccessibleCustomersRequest,
    ListAccessibleCustomersResponse,
)
from google.ads.googleads.v26.services.types.google_ads_service import (
    MutateGoogleAdsRequest,
    MutateGoogleAdsResponse,
    SearchGoogleAdsRequest,
    SearchGoogleAdsResponse,
    SearchGoogleAdsStreamRequest,
    SearchGoogleAdsStreamResponse,
)
from google.ads.googleads.v26.services.types.offline_user_data_job_service import (
    AddOfflineUserDataJobOperationsRequest,
    AddOfflineUserDataJobOperationsResponse,
    CreateOfflineUserDataJobRequest,
    CreateOfflineUserDataJobResponse,
    RunOfflineUserDataJobRequest,
)
from google.ads.googleads.v26.services.types.user_list_service import MutateUserListsRequest, MutateUserListsResponse
from google.longrunning.operations_pb2 import Operation
from google.protobuf.json_format import MessageToDict, ParseDict
from google.protobuf.message import Message
from starlette.types import ASGIApp

_SERVICES = "google.ads.googleads.v26.services"
_FAILURE = "google.ads.googleads.v26.errors.googleadsfailure-bin"
_AUTHORITY = trustme.CA()  # one for all: gRPC reads its roots once in a process
_HEADERS = ("authorization", "login-customer-id", "developer-token")


def plain(message: type[proto.Message]) -> type[Message]:
    """The protobuf class behind one of the client's own."""
    return type(message.pb(message()))


@contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """`app` on a port of this machine, as its base URL."""
    listener = socket.create_server(("127.0.0.1", 0))
    running = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_level="warning"))
    thread = threading.Thread(target=running.run, args=([listener],))
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        running.should_exit = True
        thread.join()
        listener.close()


class Bridge:
    """Answers the client's calls from the REST interface behind `http`."""

    def __init__(self, http: httpx2.Client) -> None:
        self._http = http

    def handlers(self) -> Sequence[grpc.GenericRpcHandler]:
        unary, stream = grpc.unary_unary_rpc_method_handler, grpc.unary_stream_rpc_method_handler
        return [
            grpc.method_handlers_generic_handler(
                f"{_SERVICES}.GoogleAdsService",
                {
                    "Search": _method(unary, self.search, SearchGoogleAdsRequest),
                    "SearchStream": _method(stream, self.search_stream, SearchGoogleAdsStreamRequest),
                    "Mutate": _method(unary, self.mutate("googleAds", MutateGoogleAdsResponse), MutateGoogleAdsRequest),
                },
            ),
            grpc.method_handlers_generic_handler(
                f"{_SERVICES}.CampaignService",
                {
                    "MutateCampaigns": _method(
                        unary, self.mutate("campaigns", MutateCampaignsResponse), MutateCampaignsRequest
                    )
                },
            ),
            grpc.method_handlers_generic_handler(
                f"{_SERVICES}.CampaignBudgetService",
                {
                    "MutateCampaignBudgets": _method(
                        unary,
                        self.mutate("campaignBudgets", MutateCampaignBudgetsResponse),
                        MutateCampaignBudgetsRequest,
                    )
                },
            ),
            grpc.method_handlers_generic_handler(
                f"{_SERVICES}.CustomerService",
                {"ListAccessibleCustomers": _method(unary, self.accessible, ListAccessibleCustomersRequest)},
            ),
            *self._people(),
        ]

    def _people(self) -> Sequence[grpc.GenericRpcHandler]:
        """The services for people's data."""
        unary = grpc.unary_unary_rpc_method_handler
        created, added = plain(CreateOfflineUserDataJobResponse), plain(AddOfflineUserDataJobOperationsResponse)
        uploaded = plain(UploadClickConversionsResponse)
        return [
            grpc.method_handlers_generic_handler(
                f"{_SERVICES}.UserListService",
                {
                    "MutateUserLists": _method(
                        unary, self.mutate("userLists", MutateUserListsResponse), MutateUserListsRequest
                    )
                },
            ),
            grpc.method_handlers_generic_handler(
                f"{_SERVICES}.OfflineUserDataJobService",
                {
                    "CreateOfflineUserDataJob": _method(
                        unary, self.call("/offlineUserDataJobs:create", created), CreateOfflineUserDataJobRequest
                    ),
                    "AddOfflineUserDataJobOperations": _method(
                        unary, self.call(":addOperations", added), AddOfflineUserDataJobOperationsRequest
                    ),
                    "RunOfflineUserDataJob": _method(unary, self.call(":run", Operation), RunOfflineUserDataJobRequest),
                },
            ),
            grpc.method_handlers_generic_handler(
                f"{_SERVICES}.ConversionUploadService",
                {
                    "UploadClickConversions": _method(
                        unary, self.call(":uploadClickConversions", uploaded), UploadClickConversionsRequest
                    )
                },
            ),
        ]

    def accessible(self, request: Message, context: grpc.ServicerContext) -> Message:
        answer = self._http.get("/v26/customers:listAccessibleCustomers", headers=_headers(context))
        return ParseDict(_good(answer, context), plain(ListAccessibleCustomersResponse)())

    def search(self, request: Message, context: grpc.ServicerContext) -> Message:
        answer = self._post("googleAds:search", request, context)
        return ParseDict(_good(answer, context), plain(SearchGoogleAdsResponse)())

    def search_stream(self, request: Message, context: grpc.ServicerContext) -> Iterator[Message]:
        answer = self._post("googleAds:searchStream", request, context)
        for batch in _good(answer, context):
            yield ParseDict(batch, plain(SearchGoogleAdsStreamResponse)())

    def mutate(self, service: str, response: type[proto.Message]) -> Callable[[Message, grpc.ServicerContext], Message]:
        def behaviour(request: Message, context: grpc.ServicerContext) -> Message:
            answer = self._post(f"{service}:mutate", request, context)
            return ParseDict(_good(answer, context), plain(response)())

        return behaviour

    def call(self, end: str, response: type[Message]) -> Callable[[Message, grpc.ServicerContext], Message]:
        """A call whose path is the customer or the resource that it names, and `end`."""

        def behaviour(request: Message, context: grpc.ServicerContext) -> Message:
            body = MessageToDict(request)
            name = body.pop("resourceName", "") or f"customers/{body.pop('customerId')}"
            answer = self._http.post(f"/v26/{name}{end}", json=body, headers=_headers(context))
            return ParseDict(_good(answer, context), response())

        return behaviour

    def _post(self, verb: str, request: Message, context: grpc.ServicerContext) -> httpx2.Response:
        body = MessageToDict(request)
        customer = body.pop("customerId")
        path = f"/v26/customers/{customer}/{verb}"
        return self._http.post(path, json=body, headers=_headers(context))


def _method(
    kind: Callable[..., grpc.RpcMethodHandler], behaviour: Callable[..., object], request: type[proto.Message]
) -> grpc.RpcMethodHandler:
    return kind(
        behaviour,
        request_deserializer=plain(request).FromString,
        response_serializer=lambda message: message.SerializeToString(),
    )


def _headers(context: grpc.ServicerContext) -> dict[str, str]:
    return {name: value for name, value in context.invocation_metadata() if name in _HEADERS}


def _good(answer: httpx2.Response, context: grpc.ServicerContext) -> Any:
    """The content of a good answer; a failure ends the call as Google's servers do."""
    content = answer.json()
    if answer.is_success:
        return content
    error = (content[0] if isinstance(content, list) else content)["error"]
    detail = {key: value for key, value in error["details"][0].items() if key != "@type"}
    failure = ParseDict(detail, plain(GoogleAdsFailure)())
    context.set_trailing_metadata(
        ((_FAILURE, failure.SerializeToString()), ("request-id", answer.headers["request-id"]))
    )
    return context.abort(grpc.StatusCode[error["status"]], error["message"])


@contextmanager
def bridged(base_url: str, folder: Path) -> Iterator[tuple[str, Path]]:
    """A gRPC endpoint before `base_url`, and the file of the authority that vouches for it."""
    roots = folder / "roots.pem"
    _AUTHORITY.cert_pem.write_to_path(roots)
    certificate = _AUTHORITY.issue_cert("localhost")
    chain = b"".join(blob.bytes() for blob in certificate.cert_chain_pems)
    credentials = grpc.ssl_server_credentials([(certificate.private_key_pem.bytes(), chain)])
    with httpx2.Client(base_url=base_url) as http, ThreadPoolExecutor(4) as threads:
        server = grpc.server(threads, handlers=Bridge(http).handlers())
        port = server.add_secure_port("localhost:0", credentials)
        server.start()
        try:
            yield f"localhost:{port}", roots
        finally:
            server.stop(grace=None).wait()
