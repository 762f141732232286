"""A second client: ODK Collect or KoboCollect records visits over OpenRosa. docs/openrosa.md says how.

What it sends becomes entries like any other; here stands only how a visit is asked and how an answer is read.
"""
