"""The same files through the system and raw on the disk, held together."""
