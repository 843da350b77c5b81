"""Windows' own functions, called; and what they answer, decoded."""
