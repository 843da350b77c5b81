"""Keys, certificates and signatures: how they are made, read, and tied to what a user trusts."""
