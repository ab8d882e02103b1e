"""Three advertising platforms in small: one truth, rendered in each vendor's own wire format.

Stands apart from the adapters, so that the two readings of a vendor's interface are independent.
"""
