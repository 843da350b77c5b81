"""What of a file lies in the page cache."""

from __future__ import annotations

import mmap


def in_cache(path):
    """How many pages of a file are in the page cache (mincore(2))."""
    import ctypes

    with path.open("r+b") as file, mmap.mmap(file.fileno(), 0) as mapped:
        pages = -(-len(mapped) // mmap.PAGESIZE)
        seen = (ctypes.c_ubyte * pages)()
        at = ctypes.addressof(ctypes.c_char.from_buffer(mapped))
        libc = ctypes.CDLL(None, use_errno=True)
        assert libc.mincore(ctypes.c_void_p(at), ctypes.c_size_t(len(mapped)), seen) == 0
        return sum(each & 1 for each in seen)
