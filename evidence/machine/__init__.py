"""What a run needs to know of the machine that it is on, and what it leaves to it."""
