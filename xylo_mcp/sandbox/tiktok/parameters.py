"""The parameters of one request, from its query or its JSON body, held against what an endpoint takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, TypeVar

import msgspec

from .refusals import Refusal, parameter

Wanted = TypeVar("Wanted", bound=msgspec.Struct)

Id = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,19}\Z")]
Page = Annotated[int, msgspec.Meta(ge=1)]
PageSize = Annotated[int, msgspec.Meta(ge=1, le=1000)]
Names = Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
Moment = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}\Z")]
Industry = Literal["HOUSING", "EMPLOYMENT", "CREDIT"]
PostbackWindow = Literal["POSTBACK_WINDOW_MODE1", "POSTBACK_WINDOW_MODE2", "POSTBACK_WINDOW_MODE3"]

_SCALARS = (msgspec.inspect.StrType, msgspec.inspect.IntType, msgspec.inspect.BoolType, msgspec.inspect.LiteralType)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came. A report's documentation shows its parameters as the JSON body of a GET, too."""

    query: Sequence[tuple[str, str]]
    body: bytes = b""
    content_type: str = ""

    def read_as(self, wanted: type[Wanted]) -> Wanted:
        """The parameters as `wanted`, whose every rule they keep; else a `Refusal` that names one they break."""
        given = self._by_name()
        fields = {field.name: field for field in msgspec.structs.fields(wanted)}
        for name in given:
            if name not in fields:
                raise parameter(name, "Unknown field.")
        for name, field in fields.items():
            if field.required and name not in given:
                raise parameter(name, "Missing data for required field.")
        return msgspec.convert({name: _value(name, given[name], fields[name].type) for name in given}, wanted)

    def read_body_as(self, wanted: type[Wanted]) -> Wanted:
        """Likewise for a POST, whose parameters are a JSON body and nothing else."""
        if self.content_type.partition(";")[0].strip().lower() != "application/json":
            raise parameter("Content-Type", "Must be application/json.")
        for name, _ in self.query:
            raise parameter(name, "Must be in the JSON body, not in the query.")
        return self.read_as(wanted)

    def glimpse(self, name: str) -> str:
        """The id, or ids with commas between, under `name` in the body: as far as it can be told before it is read."""
        try:
            given = msgspec.json.decode(self.body, type=dict[str, msgspec.Raw])
            found = msgspec.json.decode(given.get(name, b'""'), type=str | list[str])
        except (msgspec.DecodeError, UnicodeError):
            return ""
        return found if isinstance(found, str) else ",".join(found)

    def _by_name(self) -> Mapping[str, str | msgspec.Raw]:
        given: dict[str, str | msgspec.Raw] = {}
        for name, text in [*self.query, *self._body().items()]:
            if name in given:
                raise parameter(name, "The parameter may be given only once; a list is one parameter of JSON text.")
            given[name] = text
        return given

    def _body(self) -> Mapping[str, msgspec.Raw]:
        if not self.body:
            return {}
        try:
            return msgspec.json.decode(self.body, type=dict[str, msgspec.Raw])
        except msgspec.DecodeError as wrong:
            raise parameter("body", f"Must be a JSON object. {wrong}") from wrong


def _value(name: str, given: str | msgspec.Raw, wanted: object) -> object:
    """One parameter in its type. In a query, whatever is not a scalar is JSON text."""
    try:
        if isinstance(given, str) and isinstance(msgspec.inspect.type_info(wanted), _SCALARS):
            value: object = msgspec.convert(given, wanted, strict=False)
        else:
            value = msgspec.json.decode(given, type=wanted)
    except (msgspec.DecodeError, UnicodeError) as wrong:
        raise unreadable(name, wrong) from wrong
    return value


def unreadable(name: str, wrong: msgspec.DecodeError | UnicodeError) -> Refusal:
    """The refusal of a value that could not be read, with the place within it and the rule that it breaks."""
    if not isinstance(wrong, msgspec.ValidationError):
        return parameter(name, f"Not valid JSON. {wrong}")
    rule, _, place = str(wrong).partition(" - at `$")
    return parameter(name + place.rstrip("`"), f"{rule}.")


def check_int64(name: str, digits: str) -> None:
    """Refuse an id of the caller's own that does not fit into 64 bits with a sign."""
    if int(digits) >= 2**63:
        raise parameter(name, "Must be a 64-bit integer.")
