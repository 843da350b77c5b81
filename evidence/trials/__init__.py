"""Rules on trial: whether a set is in order, how fast, what it says where nothing happened."""
