"""The custody log after the sealing: who signs what, and what single items prove alone."""
