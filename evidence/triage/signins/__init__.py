"""Sign-ins, of whatever log, and what those that failed say of those that did not."""
