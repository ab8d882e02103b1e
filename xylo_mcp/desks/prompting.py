"""The desk for prompts: lists them, and gives one with its arguments filled in."""

import mcp_types as types
from mcp.server.context import ServerRequestContext

from ..app import Door
from ..prompts import Prompt, prompts, rendered
from ..settings import Mode
from .refusals import refusal

Context = ServerRequestContext[Door]


class PromptingDesk:
    """Takes requests for prompts to their files."""

    def __init__(self, mode: Mode) -> None:
        self._mode = mode

    async def list_prompts(
        self, context: Context, params: types.PaginatedRequestParams | None
    ) -> types.ListPromptsResult:
        """All of them, and what they take."""
        return types.ListPromptsResult(prompts=[_listed(prompt) for prompt in prompts().values()])

    async def get_prompt(self, context: Context, params: types.GetPromptRequestParams) -> types.GetPromptResult:
        """The text of one."""
        try:
            prompt, text = rendered(params.name, params.arguments or {})
        except Exception as error:  # noqa: BLE001  # the outermost door
            raise refusal(error, self._mode) from None
        message = types.PromptMessage(role="user", content=types.TextContent(type="text", text=text))
        return types.GetPromptResult(description=prompt.description, messages=[message])


def _listed(prompt: Prompt) -> types.Prompt:
    return types.Prompt(
        name=prompt.name,
        title=prompt.title,
        description=prompt.description,
        arguments=[
            types.PromptArgument(name=name, description=argument.description, required=argument.required)
            for name, argument in prompt.arguments.items()
        ],
    )
