"""Symbols for an image of memory: made from what a kernel says of itself, or found by name."""
