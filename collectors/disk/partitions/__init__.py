"""How a disk is divided: its tables, its partitions, what each holds, where each was mounted."""
