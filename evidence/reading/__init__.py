"""A bundle that is read with suspicion: decrypted, taken apart, verified before it is believed."""
