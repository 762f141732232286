"""Numbers drawn from the journals: monthly tables, published months, backlog against a target.

Everything here reads clear parts only, so that forgetting a person changes no figure. What is counted,
and when, is told in docs/measure.md.
"""
