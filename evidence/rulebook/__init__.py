"""What stands beside the rules: what a match claims, names of files, examples; read or refused."""
