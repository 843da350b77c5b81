"""What is taken of a disk: each file here holds a collector, or what collectors share."""
