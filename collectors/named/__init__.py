"""What evidence names, programs and scripts: found in what was taken, and taken too."""
