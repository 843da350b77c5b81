"""What is told of a run: time left, what is missing, how it ended, and its records in Japanese."""
