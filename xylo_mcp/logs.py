"""What the server says about itself: lines of JSON on standard error, without secrets."""

import logging
import sys

import structlog
from structlog.typing import EventDict, WrappedLogger

from .transport.redaction import redacted


def configure() -> None:
    """Send every log record of this process, ours and the libraries', through one redacting formatter."""
    shared = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            _without_secrets,
            structlog.processors.JSONRenderer(ensure_ascii=True),
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)


def _without_secrets(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    return {key: redacted(value, ()) if isinstance(value, str) else value for key, value in event.items()}
