"""Disks and their images: containers, partitions, file systems, files; see decision 0011."""
