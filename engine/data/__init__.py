"""Contains data sets and tokenizers, a file each."""
