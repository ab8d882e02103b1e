"""The memory: operations, reservations, approvals, halts, observations and the audit, in one relational store."""

from .store import Around, Store, Tx, open_store

__all__ = ["Around", "Store", "Tx", "open_store"]
