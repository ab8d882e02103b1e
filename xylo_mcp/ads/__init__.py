"""The words that everyone shares: pure values, without network, store, clock or event loop."""
