"""Processes apart: what crashes or hangs there costs a gap, never the run."""
