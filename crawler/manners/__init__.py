"""Whom we may ask, and when: private addresses, robots.txt, the gate of shared hosts. Nothing here fetches."""
