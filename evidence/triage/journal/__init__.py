"""Journals of systemd, read as they lie on a disk; nothing that stands in one is believed."""
