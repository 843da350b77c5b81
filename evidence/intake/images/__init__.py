"""The image of a disk, made of the pieces in a working copy: what they come to, and its forms."""
