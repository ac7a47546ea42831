"""Data sets and tokenizers, a file each."""
