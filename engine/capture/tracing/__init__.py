"""Traces a model in one pass: its modules, what they are called with, and the ways of the data between them."""
