"""Time-stamp tokens (RFC 3161): asked for, read, and renewed before they age out."""
