# A test vector: see tests/vectors/README.md.
