"""Linkage: which rows of a list are which people, in three bins and with reasons (docs/linkage.md)."""
