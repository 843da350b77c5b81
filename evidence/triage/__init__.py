"""Triage: what the rules claim, which names they know, and whether a set of rules is in order."""
