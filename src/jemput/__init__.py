"""Jemput: the outreach system of an Indonesian civil-registration office."""

__version__ = "0.1.0"
