"""What the server says about itself: lines of JSON on standard error, without secrets."""

import logging
import sys
from typing import TextIO


def configure() -> None:
    """Send every log record of this process, ours and the libraries', through one redacting formatter."""
    root = logging.getLogger()
    root.handlers[:] = [_Redacting(sys.stderr)]
    root.setLevel(logging.WARNING)


class _Redacting(logging.StreamHandler[TextIO]):
    """Makes its formatter when there is first something to say: most servers never do."""

    def format(self, record: logging.LogRecord) -> str:
        if self.formatter is None:
            self.setFormatter(_formatter())
        return super().format(record)


def _formatter() -> logging.Formatter:
    import structlog  # noqa: PLC0415  # costs a tenth of the start
    from structlog.typing import EventDict, WrappedLogger  # noqa: PLC0415  # likewise

    from .transport import redacted  # noqa: PLC0415  # likewise

    def without_secrets(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
        return {key: redacted(value) if isinstance(value, str) else value for key, value in event.items()}

    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            without_secrets,
            structlog.processors.JSONRenderer(ensure_ascii=True),
        ],
    )
