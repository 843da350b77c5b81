"""Rules over what passes: files as they are read, names, and the memory of processes."""
