"""A whole disk as an image: its pieces, the digests over it, the account of what was read."""
