"""The kit: a folder that runs from a stick, made in peacetime, checked before and after its use."""
