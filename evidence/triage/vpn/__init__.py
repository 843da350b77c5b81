"""Logs of VPN appliances: who signed in from where, who failed to, and what that looks like."""
