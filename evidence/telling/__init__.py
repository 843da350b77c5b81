"""What is told of a run: how long it may still take, what is missing, and how it ended."""
