"""FAT and exFAT: names in slots, chains of clusters."""
