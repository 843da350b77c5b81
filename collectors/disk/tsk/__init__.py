"""libtsk in a process apart: what it is asked, what it tells, and the process it runs in."""
