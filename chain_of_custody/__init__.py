"""Bytes, keys and time: what makes a bundle checkable, with nothing that collects or shows."""
