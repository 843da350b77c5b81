"""NTFS: records of the master file table, names, compressed files, reparse points, its books."""
