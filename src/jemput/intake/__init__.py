"""Intake: from what a caller says to a case, with a ticket and the duplicates it may have."""
