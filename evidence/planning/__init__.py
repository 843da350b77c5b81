"""A run before it begins: what is asked of it, what runs for that, and what stands against it."""
