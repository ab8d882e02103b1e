"""One conversion as it was uploaded: what is wrong with it, or what it says.

Google Ads API docs, "ClickConversion", "ConversionUploadError" (v26, read Nov 2026).
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from ...world import AccountPlan
from ..cast import WITHOUT_LEADS, conversion_action_id
from ..failures import Place, Refusal, wrong
from ..people.identifiers import check_one, plain_part
from ..people.persons import DIGEST, EMAIL, PHONE
from ..tracking import WINDOW_DAYS
from .clicks import SETTLES, click, is_click_id
from .messages import ClickConversion
from .repetitions import Conversion

_UPLOAD: Final = "conversionUploadError"
_ALLOWLIST: Final = "CUSTOMER_NOT_ALLOWLISTED_FOR_THIS_FEATURE"
_MOST_IDENTIFIERS: Final = 5
_ACTION: Final = re.compile(r"customers/[0-9]+/conversionActions/([0-9]+)")
_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}[+-][0-9]{2}:[0-9]{2}")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_MOST: Final = Decimal(10) ** 12
_WINDOW: Final = timedelta(days=WINDOW_DAYS)


@dataclass(frozen=True, slots=True)
class Row:
    """One conversion of a request to an account's upload, and where in the request it stands."""

    sent: ClickConversion
    plan: AccountPlan
    now: datetime
    place: Place

    def read(self) -> Conversion:
        """What it says; refuses what Google would refuse."""
        sent = self.sent
        action = self._action()
        self._check_click_ids()
        person = self._person()
        at = self._time()
        self._check_click(at)
        self._check_rest()
        ids = {"gclid": sent.gclid, "gbraid": sent.gbraid, "wbraid": sent.wbraid}
        told = {
            "service": "uploadClickConversions",
            "conversion_environment": sent.conversion_environment,
            "ad_user_data": sent.consent.ad_user_data,
            "ad_personalization": sent.consent.ad_personalization,
        }
        return Conversion(
            action=action,
            at=at,
            order_id=sent.order_id,
            click=sent.click,
            value="" if sent.conversion_value is None else format(sent.conversion_value, "f"),
            currency=sent.currency_code or ("" if sent.conversion_value is None else self.plan.currency),
            person={name: value for name, value in ids.items() if value} | person,
            details={name: value for name, value in told.items() if value != "UNSPECIFIED"},
        )

    def _at(self, name: str) -> Place:
        return (*self.place, (name, None))

    def _wrong(self, name: str, code: str, message: str) -> Refusal:
        return wrong(self._at(name), _UPLOAD, code, message)

    def _required(self, name: str) -> Refusal:
        return wrong(self._at(name), "fieldError", "REQUIRED", "The required field was not present.")

    def _unset(self, name: str) -> Refusal:
        return wrong(self._at(name), "fieldError", "VALUE_MUST_BE_UNSET", "The field's value must be unset.")

    def _action(self) -> str:
        """The id of the action; whose it says to be is of no account."""
        if not self.sent.conversion_action:
            raise self._required("conversion_action")
        found = _ACTION.fullmatch(self.sent.conversion_action)
        if found is None:
            code, message = "RESOURCE_NAME_MALFORMED", "Resource name is malformed."
            raise wrong(self._at("conversion_action"), "requestError", code, message)
        if found[1] != conversion_action_id(self.plan.id):
            code, message = "NO_CONVERSION_ACTION_FOUND", "The conversion action cannot be found in this account."
            raise self._wrong("conversion_action", code, message)
        return found[1]

    def _check_click_ids(self) -> None:
        sent = self.sent
        if sent.gbraid and sent.wbraid:
            raise self._wrong("gbraid", "GBRAID_WBRAID_BOTH_SET", "Can't use both gbraid and wbraid parameters.")
        if sent.gclid and (sent.gbraid or sent.wbraid):  # inferred
            raise self._unset("gbraid" if sent.gbraid else "wbraid")
        if not sent.click and not sent.user_identifiers:
            raise self._required("gclid")
        for name in ("gclid", "gbraid", "wbraid"):
            found = getattr(sent, name)
            if found and not is_click_id(found):
                raise self._wrong(name, f"UNPARSEABLE_{name.upper()}", f"The imported {name} could not be decoded.")

    def _person(self) -> dict[str, str]:
        found: dict[str, str] = {}
        at = self._at("user_identifiers")
        if len(self.sent.user_identifiers) > _MOST_IDENTIFIERS:
            raise wrong(at, "collectionSizeError", "TOO_MANY", f"There are more than {_MOST_IDENTIFIERS}.")
        if self.sent.user_identifiers and self.plan.id in WITHOUT_LEADS:
            code = "CUSTOMER_NOT_ENABLED_ENHANCED_CONVERSIONS_FOR_LEADS"
            raise wrong(at, _UPLOAD, code, "Enhanced conversions for leads are not turned on.")
        for number, one in enumerate(self.sent.user_identifiers):
            place: Place = (*self.place, ("user_identifiers", number))
            check_one(one, place)
            kind, value = plain_part(one)
            if kind not in {EMAIL, PHONE}:
                message = "The provided user identifiers are not supported."
                raise wrong(place, _UPLOAD, "UNSUPPORTED_USER_IDENTIFIER", message)
            if not DIGEST.fullmatch(value):
                message = "User provided data must be hashed with SHA-256."
                raise wrong(place, _UPLOAD, "INVALID_USER_IDENTIFIER", message)
            found[kind] = f"{found[kind]},{value}" if kind in found else value
        return found

    def _time(self) -> datetime:
        text = self.sent.conversion_date_time
        if not text:
            raise self._required("conversion_date_time")
        at = self._at("conversion_date_time")
        try:
            found = datetime.fromisoformat(text if _TIME.fullmatch(text) else "")
        except ValueError:
            code = "INVALID_STRING_DATE_TIME_SECONDS_WITH_OFFSET"
            raise wrong(at, "dateError", code, "The format is 'yyyy-mm-dd hh:mm:ss+|-hh:mm'.") from None
        if found > self.now:  # which error stands for it is inferred
            raise wrong(at, "dateError", "LATER_THAN_MAXIMUM_DATE", "The conversion is in the future.")
        return found

    def _check_click(self, at: datetime) -> None:
        place = "conversion_date_time"
        if at < self.now - _WINDOW:
            raise self._wrong(place, "EXPIRED_EVENT", "The click occurred before the click-through window.")
        found = click(self.sent.click)
        if found is None:
            return
        if found.account != self.plan.id:
            message = "The click is associated with a different Google Ads account."
            raise self._wrong("gclid", "INVALID_CUSTOMER_FOR_CLICK", message)
        if self.now - found.at < SETTLES:
            raise self._wrong("gclid", "TOO_RECENT_EVENT", "The click occurred less than 6 hours ago.")
        if at < found.at:
            raise self._wrong(place, "CONVERSION_PRECEDES_EVENT", "The conversion precedes the click.")
        if at - found.at > _WINDOW:
            raise self._wrong(place, "EXPIRED_EVENT", "The click occurred before the click-through window.")

    def _check_rest(self) -> None:
        sent = self.sent
        value = sent.conversion_value
        if value is not None and not (value.is_finite() and 0 <= value < _MOST):  # inferred
            code = "TOO_LOW" if value.is_finite() and value < 0 else "TOO_HIGH"
            raise wrong(self._at("conversion_value"), "rangeError", code, "The value is out of range.")
        if sent.currency_code and not _CURRENCY.fullmatch(sent.currency_code):
            message = "The currency code is not supported."
            raise wrong(self._at("currency_code"), "currencyCodeError", "UNSUPPORTED", message)
        if "@" in sent.order_id:
            raise self._wrong("order_id", "ORDER_ID_CONTAINS_PII", "The order ID contains personal information.")
        if sent.external_attribution_data is not None:
            code = "EXTERNAL_ATTRIBUTION_DATA_SET_FOR_NON_EXTERNALLY_ATTRIBUTED_CONVERSION_ACTION"
            raise self._wrong("external_attribution_data", code, "The conversion action has no such attribution.")
        if sent.custom_variables:
            message = "The custom variable is not enabled."
            raise self._wrong("custom_variables", "CUSTOM_VARIABLE_NOT_ENABLED", message)
        for name in ("user_ip_address", "session_attributes_encoded", "session_attributes_key_value_pairs"):
            if getattr(sent, name):
                message = "The field is for customers on the allowlist alone."
                raise wrong(self._at(name), "notAllowlistedError", _ALLOWLIST, message)
        if sent.consent.ad_user_data == "DENIED":  # inferred from "the customer didn't consent to tracking"
            message = "The customer did not consent to tracking."
            raise self._wrong("consent", "CONVERSION_NOT_COMPLIANT_WITH_ATT_POLICY", message)
