"""Invented registers, queries and lists for bench/people.py, and the peers it is measured beside."""
