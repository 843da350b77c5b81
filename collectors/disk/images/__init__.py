"""Images of disks: which container a file is, how its bytes are read, whether it was closed."""
