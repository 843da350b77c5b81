"""The run itself: its sessions, from collectors to records, and why one ends or goes on."""
