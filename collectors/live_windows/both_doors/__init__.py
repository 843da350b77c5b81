"""Event logs and the registry of a running Windows, asked for at two doors and compared."""
