"""Where the protocol's requests are taken in: one desk for resources, one for prompts, one for subscriptions."""
