"""The Google Ads Query Language, stage by stage: tokens, syntax, a plan that makes sense."""
