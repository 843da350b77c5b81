"""hozen: evidence collected, sealed and verified."""

__version__ = "0.1.0"
