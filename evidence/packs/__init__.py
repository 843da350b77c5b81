"""Sets of rules beside our own: folders of others', and packs that somebody signed."""
