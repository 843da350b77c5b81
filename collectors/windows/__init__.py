"""What artifacts of Windows name: a reader for each kind, none of which opens a file itself."""
