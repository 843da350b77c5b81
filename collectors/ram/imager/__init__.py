"""A program of the operator's that takes an image of memory: pinned, bounded, its words kept."""
