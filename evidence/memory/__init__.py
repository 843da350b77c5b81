"""Memory on the analyst's side: symbols for an image, and what Volatility 3 reads with them."""
