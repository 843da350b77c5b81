"""The memory of processes: whose is taken, what of it is worth keeping, and how it is read."""
