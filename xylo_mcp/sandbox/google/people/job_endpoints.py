"""Offline user data jobs: created, given operations, and run.

Google Ads API docs, "OfflineUserDataJobService" (v26, read Nov 2026).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...people import Audience
from ...world import AccountPlan, World
from ..asking import advertiser, changing_route, check_allowlist
from ..cast import CAST
from ..failures import Place, Refusal, Refusals, new_request_id, partial_failure, refused, reply, wrong
from ..shapes import message_of, whole
from . import jobs
from .job_messages import AddOperations, CreateJob, CustomerMatchMetadata, OfflineUserDataJob, RunJob
from .job_operations import Batch, check_sizes
from .jobs import Job
from .list_creation import list_id
from .lists import change_members, empty, user_list

_JOB: Final = "offlineUserDataJobError"
_AT: Final[Place] = (("job", None),)
_DATA: Final[Place] = (*_AT, ("customer_match_user_list_metadata", None))


def job_routes(world: World) -> Sequence[Route]:
    """The routes of the jobs."""
    service, path = _Service(world), "{customer_id}/offlineUserDataJobs"
    return [
        changing_route(world, f"{path}:create", service.create, _told("create_job", "customer_id")),
        changing_route(world, f"{path}/{{job_id}}:addOperations", service.add, _told("change_members", "job_id")),
        changing_route(world, f"{path}/{{job_id}}:run", service.run, _told("run_job", "job_id")),
    ]


def _told(verb: str, target: str) -> Callable[[Request, bytes], tuple[str, str]]:
    return lambda request, _: (verb, str(request.path_params[target]))


@dataclass(frozen=True, slots=True)
class _Service:
    world: World

    async def create(self, request: Request) -> Response:
        asked = await message_of(request, CreateJob)
        plan = advertiser(self.world, request)
        check_allowlist(plan)
        new = _checked(asked)
        target = _list_of(self.world, plan, new.user_list)
        if asked.validate_only:
            return reply({}, new_request_id())
        external = None if asked.job is None else asked.job.external_id
        number = None if external is None else whole(external, (*_AT, ("external_id", None)))
        made = jobs.new_job(self.world, plan.id, target.id, number)
        return reply({"resourceName": f"customers/{plan.id}/offlineUserDataJobs/{made.id}"}, new_request_id())

    async def add(self, request: Request) -> Response:
        asked = await message_of(request, AddOperations)
        plan = advertiser(self.world, request)
        check_allowlist(plan)
        with self.world.memory.writing():
            job = self._open(request, plan)
            check_sizes(asked.operations)
            batch = Batch(self._list(job).details["upload_key_type"], job.verb, job.operations)
            _take(batch, asked)
            if not asked.validate_only:
                self._keep(job, batch)
        return _added(batch)

    async def run(self, request: Request) -> Response:
        asked = await message_of(request, RunJob)
        plan = advertiser(self.world, request)
        check_allowlist(plan)
        with self.world.memory.writing():
            job = self._open(request, plan)
            target = self._list(job)
            if not asked.validate_only:
                self._carry_out(job, target)
        if asked.validate_only:
            return reply({}, new_request_id())
        return reply({"name": f"customers/{plan.id}/operations/{job.id}"}, new_request_id())

    def _open(self, request: Request, plan: AccountPlan) -> Job:
        """The job that a request names, if it has not been started."""
        found = jobs.job(self.world, plan.id, str(request.path_params["job_id"]))
        if found is None:
            at: Place = (("resource_name", None),)
            raise wrong(at, "mutateError", "RESOURCE_NOT_FOUND", "Resource was not found.")
        if found.run is not None:
            raise refused(_JOB, "JOB_ALREADY_STARTED", "Once the upload job is started, it cannot be changed.")
        return found

    def _list(self, job: Job) -> Audience:
        found = user_list(self.world, job.customer, job.user_list)
        if found is None:
            raise refused(_JOB, "INVALID_USER_LIST_ID", "The user list ID provided for the job is invalid.")
        return found

    def _keep(self, job: Job, batch: Batch) -> None:
        self.world.people.put(CAST.platform, job.holder, batch.verb, batch.people)
        empties = job.empties or batch.empties
        jobs.keep(self.world, job, verb=batch.verb, operations=batch.operations, empties=empties)

    def _carry_out(self, job: Job, target: Audience) -> None:
        """What the job was given becomes of its list."""
        people = self.world.people
        if job.empties:
            empty(self.world, target)
        if job.verb:
            told = (text for _, text in people.held(CAST.platform, job.holder))
            change_members(self.world, target, "remove" if job.verb == "remove" else "add", told)
        people.release(CAST.platform, job.holder)
        jobs.keep(self.world, job, run=self.world.clock())


def _checked(asked: CreateJob) -> CustomerMatchMetadata:
    """What a new job is to do; refuses what Google would refuse."""
    new = asked.job
    if new is None:
        raise _required(_AT)
    if new.type == "UNSPECIFIED":
        raise _required((*_AT, ("type", None)))
    if new.type != "CUSTOMER_MATCH_USER_LIST":
        raise _not_allowed(new)
    found = new.customer_match_user_list_metadata
    if found is None or not found.user_list:
        raise _required((*_DATA, ("user_list", None)))
    for name in ("id", "status", "failure_reason", "operation_metadata"):
        if getattr(new, name) is not None:
            raise wrong((*_AT, (name, None)), "fieldError", "VALUE_MUST_BE_UNSET", "The field is read-only.")
    if found.consent.ad_user_data == "DENIED":
        code = "CUSTOMER_NOT_ACCEPTED_CUSTOMER_DATA_TERMS"
        raise wrong((*_DATA, ("consent", None)), _JOB, code, "Consent to the use of customer data is needed.")
    return found


def _list_of(world: World, plan: AccountPlan, name: str) -> Audience:
    at: Place = (*_DATA, ("user_list", None))
    found = user_list(world, plan.id, list_id(name, plan, at))
    if found is None:
        raise wrong(at, _JOB, "INVALID_USER_LIST_ID", "The user list ID provided for the job is invalid.")
    if found.kind != "CRM_BASED":
        raise wrong(at, _JOB, "INVALID_USER_LIST_TYPE", "Type of the user list is not applicable for the job.")
    return found


def _take(batch: Batch, asked: AddOperations) -> None:
    for at, operation in enumerate(asked.operations):
        try:
            batch.take(operation, (("operations", at),), warns=asked.enable_warnings)
        except Refusal as refusal:
            if not refusal.error_code:  # the front end refuses the request itself
                raise
            batch.refusals.append(refusal)
    if batch.refusals and not asked.enable_partial_failure:
        raise Refusals(batch.refusals)


def _added(batch: Batch) -> Response:
    request_id = new_request_id()
    content: dict[str, Mapping[str, object]] = {}
    if batch.refusals:
        content["partialFailureError"] = partial_failure(batch.refusals, request_id)
    if batch.warnings:
        content["warning"] = partial_failure(batch.warnings, request_id)
    return reply(content, request_id)


def _required(place: Place) -> Refusal:
    return wrong(place, "fieldError", "REQUIRED", "The required field was not present.")


def _not_allowed(new: OfflineUserDataJob) -> Refusal:
    """Store sales need an allowlist; attributes have no place here, and which error stands for that is inferred."""
    at: Place = (*_AT, ("type", None))
    if new.type.startswith("STORE_SALES"):
        code = "NOT_ON_ALLOWLIST_FOR_STORE_SALES_DIRECT"
        return wrong(at, _JOB, code, "Customer is not on the allow-list for store sales direct data.")
    return wrong(at, "operationAccessDeniedError", "ACTION_NOT_PERMITTED", "The action is not permitted.")
