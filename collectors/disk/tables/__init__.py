"""How a disk is divided: its partition tables, and the ranges that these name or leave out."""
