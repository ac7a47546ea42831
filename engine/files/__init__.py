"""Reads untrusted files, and replaces files and folders safely."""
