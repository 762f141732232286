"""Screens for staff: what waits, a report, a case, an act; server-rendered, with htmx where it helps."""
