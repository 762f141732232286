"""Devices of the field: enrolled by the office, pushing what was captured, pulling what changed.

What a device says is judged by ``journal``; here stands only who may say it, and who gets to see what.
docs/sync.md describes the protocol for those who write a client.
"""
