"""Paths of the week's board. A week is called by its Monday."""

from datetime import date

from django.urls import path, register_converter

from jemput.office.week import done, publishing, views


class DayConverter:
    """2026-11-23."""

    regex = r"20[0-9]{2}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        """The day; ValueError, and so no page, for a day that does not exist."""
        return date.fromisoformat(value)

    def to_url(self, value: date | str) -> str:
        """As it stands in the address."""
        return str(value)


register_converter(DayConverter, "day")

urlpatterns = [
    path("planning/week/", views.weeks, name="weeks"),
    path("planning/week/<day:monday>/", views.week, name="week"),
    path("planning/week/<day:monday>/plan/", views.plan, name="week_plan"),
    path("planning/week/<day:monday>/stop/", views.stop, name="week_stop"),
    path("planning/week/<day:monday>/progress/", views.progress, name="week_progress"),
    path("planning/week/<day:monday>/change/", views.change, name="week_change"),
    path("planning/week/<day:monday>/publish/", publishing.publish_week, name="week_publish"),
    path("planning/week/<day:monday>/done/<day:day>/", done.done, name="week_done"),
]
