"""Trains models of a user's own."""
