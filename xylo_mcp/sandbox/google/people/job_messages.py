"""The messages of offline user data jobs.

Google Ads API docs, "OfflineUserDataJobService" (v26, read Nov 2026).
"""

from collections.abc import Sequence
from typing import Literal, TypeAlias

from ..shapes import Message
from .identifiers import Consent, UserIdentifier

Int64: TypeAlias = int | str
JsonObject: TypeAlias = dict[str, object]


class CustomerMatchMetadata(Message, frozen=True):
    """Into which list people go, and what all of them agreed to."""

    user_list: str = ""
    consent: Consent = Consent()


class OfflineUserDataJob(Message, frozen=True):
    """A job as a request writes it; what only answers have is a plain object here."""

    resource_name: str = ""
    external_id: Int64 | None = None
    type: Literal[
        "UNSPECIFIED",
        "STORE_SALES_UPLOAD_FIRST_PARTY",
        "STORE_SALES_UPLOAD_THIRD_PARTY",
        "CUSTOMER_MATCH_USER_LIST",
        "CUSTOMER_MATCH_WITH_ATTRIBUTES",
    ] = "UNSPECIFIED"
    customer_match_user_list_metadata: CustomerMatchMetadata | None = None
    store_sales_metadata: JsonObject | None = None
    id: object = None
    status: object = None
    failure_reason: object = None
    operation_metadata: object = None


class CreateJob(Message, frozen=True):
    """The body of `offlineUserDataJobs:create`."""

    job: OfflineUserDataJob | None = None
    validate_only: bool = False
    enable_match_rate_range_preview: bool = False


class UserData(Message, frozen=True):
    """One person."""

    user_identifiers: Sequence[UserIdentifier] = ()
    transaction_attribute: JsonObject | None = None
    user_attribute: JsonObject | None = None
    consent: Consent | None = None


class JobOperation(Message, frozen=True):
    """One of its members is set."""

    create: UserData | None = None
    remove: UserData | None = None
    remove_all: bool | None = None


class AddOperations(Message, frozen=True):
    """The body of `:addOperations`."""

    operations: Sequence[JobOperation] = ()
    enable_partial_failure: bool = False
    enable_warnings: bool = False
    validate_only: bool = False


class RunJob(Message, frozen=True):
    """The body of `:run`."""

    validate_only: bool = False
