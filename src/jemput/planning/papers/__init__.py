"""Papers of a week's plan, as PDF: assignment orders, route sheets, partners' lists, what to bring.

``paper`` sets what a paper says into a PDF and knows no database. ``desk`` lays out a plan, ``people`` reads
what a duty may see of those who are visited; ``order`` and ``day`` write papers from both. ``letters`` signs
orders, and knows which still hold.
"""
