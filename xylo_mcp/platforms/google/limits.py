"""How fast Google may be asked."""

from ...transport import Limits

# Google publishes no rate: token buckets for each account and each Cloud project answer
# RESOURCE_TEMPORARILY_EXHAUSTED when empty, and no header tells how full they are (Google Ads API
# docs, "API limits and quotas", 2026). The pace here is our own, with room for a report over many accounts.
LIMITS = Limits(per_second=50, at_once=16)
