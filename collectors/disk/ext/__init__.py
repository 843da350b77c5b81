"""ext2, ext3 and ext4: the superblock, inodes, where files lie, folders and attributes."""
