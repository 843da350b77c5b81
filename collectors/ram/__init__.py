"""Physical memory: which door leads to it, what of it can be read, and its image as it is read."""
