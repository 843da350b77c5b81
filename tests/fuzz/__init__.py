"""Fuzzing of everything that reads bytes of a bundle: seeds, mutations, a table of readers.

`python -m fuzz` in `tests/` runs for as long as one likes,
`tests/evidence/verifiers/test_fuzz.py` for a few seconds. A new reader is a row in `readers.py`.
"""
