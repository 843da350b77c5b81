"""Logs of Linux: who came in, what ran as root, which accounts changed, what the web was asked."""
