"""Our errors as the protocol's, for requests that answer with no tool's result."""

import logging

import mcp_types as types
from mcp.shared.exceptions import MCPError

from ..ads.errors import AdsError, Invalid, NotFound
from ..tools.failures import failed, failed_text

_log = logging.getLogger(__name__)


def refusal(error: Exception, mode: str) -> MCPError:
    """What a client is told of `error`; of a crash nothing, which the log keeps."""
    if isinstance(error, MCPError):
        return error
    if isinstance(error, Invalid | NotFound):
        return MCPError(types.INVALID_PARAMS, f"{error.message} {error.fix}")
    if isinstance(error, AdsError):
        return MCPError(types.INTERNAL_ERROR, failed_text(failed(error, mode)))
    _log.error("a request crashed", exc_info=error)
    return MCPError(types.INTERNAL_ERROR, failed_text(failed(crashed(), mode)))


def crashed() -> AdsError:
    """What is said of a crash."""
    return AdsError("Something broke inside this server.", "Tell its operator.")
