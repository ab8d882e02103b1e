"""Performance over many accounts: what is asked, what each account answers, and what may be added up."""

from .asked import METRICS, Bucket, Filter, Question, View, filter_of, metric_of, span_of
from .counting import Counted, Counting, CountingInvalid
from .counting import load_file as load_counting
from .performance import Performance, performance
from .reports import Asker, Numbers, Progress, Report, Reports, of_campaigns, report, unwatched
from .sections import Line, Section, by_account, by_currency, by_platform, grouped
from .sums import Difference, InOneCurrency, added, converted, difference, not_added, value, why_unknown, without

__all__ = [
    "METRICS",
    "Asker",
    "Bucket",
    "Counted",
    "Counting",
    "CountingInvalid",
    "Difference",
    "Filter",
    "InOneCurrency",
    "Line",
    "Numbers",
    "Performance",
    "Progress",
    "Question",
    "Report",
    "Reports",
    "Section",
    "View",
    "added",
    "by_account",
    "by_currency",
    "by_platform",
    "converted",
    "difference",
    "filter_of",
    "grouped",
    "load_counting",
    "metric_of",
    "not_added",
    "of_campaigns",
    "performance",
    "report",
    "span_of",
    "unwatched",
    "value",
    "why_unknown",
    "without",
]
