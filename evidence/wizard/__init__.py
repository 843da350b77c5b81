"""The guided way through a collection: one flow, drawn by two faces."""
