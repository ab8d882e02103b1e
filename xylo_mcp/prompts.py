"""The conversations that people start from: files in `prompts/`, filled in with what a client gives."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from .ads.dates import PRESETS
from .ads.errors import Invalid, NotFound
from .ads.text import quoted

_HERE = Path(__file__).parent
_FOLDERS = (_HERE / "prompt_files", _HERE.parent / "prompts")  # of the installed package; of a checkout
_FRONT = re.compile(r"\+\+\+\n(?P<front>.*?)\n\+\+\+\n(?P<body>.*)", re.DOTALL)
_PLACE = re.compile(r"\{(\w+)\}")
_ACCOUNT = r"[A-Za-z]+[_/][0-9]+"


class Argument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that a prompt takes; `default` stands where an optional one is left out."""

    description: str
    required: bool = False
    default: str = ""


class Prompt(msgspec.Struct, frozen=True):
    """One prompt: what it is for, what it takes, and its text with `{argument}` where one belongs."""

    name: str
    title: str
    description: str
    arguments: Mapping[str, Argument]
    body: str


class _Front(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands above a prompt's text."""

    title: str
    description: str
    arguments: dict[str, Argument] = {}


class _Form(msgspec.Struct, frozen=True):
    """How the arguments of one name look, and how they are written into a text: as data, between quotes."""

    pattern: str
    like: str
    write: Callable[[str], str] = quoted
    longest: int = 200  # characters, as many as are quoted


def _list(value: str) -> str:
    return f"[{', '.join(quoted(one.strip()) for one in value.split(',') if one.strip())}]"


_TEXT = _Form(r".*", "text")
_FORMS: Mapping[str, _Form] = {
    "account": _Form(_ACCOUNT, "one id from list_accounts"),
    "accounts": _Form(
        rf"|{_ACCOUNT}(\s*,\s*{_ACCOUNT})*", "ids from list_accounts with commas between them", _list, 1_000
    ),
    "campaign_id": _Form(r"[0-9]{1,20}", "one id from list_campaigns"),
    "date_preset": _Form("|".join(PRESETS), f"one of {', '.join(PRESETS)}"),
    "operation_id": _Form(r"|[a-z0-9]{12}", "the operation_id of a change, 12 characters"),
}


def prompts() -> Mapping[str, Prompt]:
    """All prompts by name, in the order of their names."""
    folder = next(folder for folder in _FOLDERS if folder.is_dir())
    return {file.stem: _read(file) for file in sorted(folder.glob("*.md")) if file.stem != "README"}


def rendered(name: str, given: Mapping[str, str]) -> tuple[Prompt, str]:
    """The prompt of this name, and its text with the arguments that were `given`.

    Raises:
        NotFound: there is no such prompt.
        Invalid: an argument is missing, unknown, too long or of another form.
    """
    there = prompts()
    prompt = there.get(name)
    if prompt is None:
        raise NotFound(f"There is no prompt {name[:60]!a}.", f"There are {', '.join(there)}.")
    _check_names(prompt, given)
    written = {one: _written(one, given.get(one) or argument.default) for one, argument in prompt.arguments.items()}
    return prompt, _PLACE.sub(lambda place: written[place[1]], prompt.body)


def _check_names(prompt: Prompt, given: Mapping[str, str]) -> None:
    takes = f"{prompt.name} takes {', '.join(prompt.arguments)}."
    for name in given:
        if name not in prompt.arguments:
            raise Invalid(f"{name[:60]!a} is no argument of this prompt.", takes)
    for name, argument in prompt.arguments.items():
        if argument.required and not given.get(name):
            raise Invalid(f"{name} is missing: {argument.description}.", takes)


def _written(name: str, value: str) -> str:
    """`value` as it stands in the text: data between quotes, which cannot end them."""
    form = _FORMS.get(name, _TEXT)
    if len(value) > form.longest:
        raise Invalid(f"{name} is too long.", f"Give at most {form.longest} characters.")
    if not re.fullmatch(form.pattern, value, re.ASCII | re.DOTALL):
        raise Invalid(f"{name}: {value[:60]!a} is not of its form.", f"It is {form.like}.")
    return form.write(value)


def _read(file: Path) -> Prompt:
    parts = _FRONT.fullmatch(file.read_text(encoding="utf-8"))
    assert parts is not None, f"{file.name} does not begin with its title and arguments between two lines of +++"
    front = msgspec.toml.decode(parts["front"], type=_Front)
    return Prompt(file.stem, front.title, front.description, front.arguments, parts["body"].strip())
