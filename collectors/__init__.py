"""Sources to artifacts: what is taken from a machine, and what could not be."""
