"""What a triage saw, what that means, and what it could not look at: written once, then read."""
