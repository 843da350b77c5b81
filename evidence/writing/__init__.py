"""A bundle while it is written: members into volumes, volumes onto a medium, signed events."""
