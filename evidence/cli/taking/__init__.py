"""What all verbs that take evidence share: what they are told, how they run, how they end."""
