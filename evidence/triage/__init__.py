"""Triage: what rules and examiners look for in files, what was seen, and what that claims."""
