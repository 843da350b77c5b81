"""Sigma: rules of others over the events of logs, translated to SQL and run by SQLite."""
