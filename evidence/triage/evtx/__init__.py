"""Event logs of Windows: what they hold as tables, which patterns stand out, and what is gone."""
