"""Rows, a line of JSON each, and tables made of them for people to read."""
