"""JSON schemas as a model reads them: without titles, references or the ways to say null."""

from typing import TypeAlias

from pydantic import BaseModel, TypeAdapter

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
Schema: TypeAlias = dict[str, Json]


def input_schema(arguments: type[BaseModel]) -> Schema:
    """The schema of a tool's arguments."""
    whole: Schema = arguments.model_json_schema()
    definitions = whole.pop("$defs", {})
    return _slim(whole, _as_schema(definitions))


def output_schema(result: type) -> Schema:
    """The schema of the data that a tool gives, a TypedDict."""
    whole: Schema = TypeAdapter[object](result).json_schema(mode="serialization")
    known = _as_schema(whole.pop("$defs", {})).items()
    definitions: Schema = {name: _without_required(_as_schema(definition)) for name, definition in known}
    required = whole["required"]
    return {**_slim(_without_required(whole), definitions), "required": required}


def _slim(part: Schema, definitions: Schema) -> Schema:
    """`part` with references put in place, and nothing said twice or for nobody."""
    found = definitions.get(str(part.get("$ref", "")).removeprefix("#/$defs/"))
    if isinstance(found, dict):
        return _slim({key: value for key, value in found.items() if key != "additionalProperties"}, definitions)
    choices = part.get("anyOf")
    if isinstance(choices, list):
        rest = {key: value for key, value in part.items() if key != "anyOf"}
        return {**_without_null([_slim(_as_schema(one), definitions) for one in choices], part), **_slim(rest, {})}
    slim: Schema = {}
    for key, value in part.items():
        if key == "properties":
            slim[key] = {name: _slim(_as_schema(field), definitions) for name, field in _as_schema(value).items()}
        elif not _noise(key, value, part):
            slim[key] = _slim(value, definitions) if isinstance(value, dict) else value
    return slim


def _noise(key: str, value: Json, part: Schema) -> bool:
    """Titles, empty defaults, how long a text may be (who goes beyond is told), what a class says to its readers."""
    return (
        key in {"title", "maxLength"}
        or (key == "default" and not value)
        or (key == "description" and "properties" in part)
    )


def _without_null(choices: list[Schema], part: Schema) -> Schema:
    """One schema for `choices`, of which one is null: not said for what may be left out, else a second type."""
    (only,) = (choice for choice in choices if choice.get("type") != "null")
    return only if "default" in part else {**only, "type": [only["type"], "null"]}


def _without_required(part: Schema) -> Schema:
    """`part` without the list of its keys: all that it describes is always there, or said to be null."""
    return {key: value for key, value in part.items() if key != "required"}


def _as_schema(part: Json) -> Schema:
    return part if isinstance(part, dict) else {}
