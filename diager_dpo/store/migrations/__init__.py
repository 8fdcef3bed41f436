"""The history of the store's tables, one file a step."""
