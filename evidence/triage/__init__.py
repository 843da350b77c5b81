"""Triage: what rules and examiners look for in files, and how what they saw is written down."""
