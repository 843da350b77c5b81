"""What lies in archives and office files: one level deep, within limits, from bytes at hand."""
