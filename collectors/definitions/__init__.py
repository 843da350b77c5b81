"""What lies where on Windows: published definitions, and ours in the same language."""
