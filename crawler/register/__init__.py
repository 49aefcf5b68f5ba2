"""Asks a national service register what municipalities declare, and declared addresses whether they are alive."""
