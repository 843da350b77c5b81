"""Libraries written in C, each in a process apart that reads through us."""
