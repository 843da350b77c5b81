"""Sentences of ours that records hold in English, and the same in Japanese."""
