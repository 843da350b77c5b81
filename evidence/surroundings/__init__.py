"""The machine and the destination before anything is taken: looked at, never touched."""
