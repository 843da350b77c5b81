"""What runs YARA rules over bytes: one contract, and the engines that keep it."""
