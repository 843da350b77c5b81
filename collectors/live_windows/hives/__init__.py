"""The hives that a running Windows has loaded: their keys as text, and held to their files."""
