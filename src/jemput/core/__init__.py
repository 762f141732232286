"""The heart of Jemput: pure Python, with no Django, no clock and no I/O.

Time is always an argument. Words for people are English message ids (see ``text``), translated
where they are shown.
"""
