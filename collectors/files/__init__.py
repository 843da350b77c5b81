"""Files of a source: found, opened without a trace, read once."""
