"""Shadow copies of NTFS (VSS): their catalog, their blocks, and the files that only they hold."""
