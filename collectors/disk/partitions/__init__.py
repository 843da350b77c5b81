"""What the partitions of a disk hold, which of them can be read, and where each was mounted."""
