"""By which marks it is known what a range holds, and where a second copy of its beginning is."""
