"""The nine stages of a verification, as `chain_of_custody.verify` lists them."""
