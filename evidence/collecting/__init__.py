"""A collection: what is asked of it, its sessions from collectors to records, and how it ends."""
