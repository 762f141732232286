"""Paths of promising and planning anew. A case is called by its id, a week by its Monday."""

from django.urls import path

import jemput.office.week.urls  # noqa: F401  (it registers "day")
from jemput.office.anew import offer, replan, tell, whatif

urlpatterns = [
    path("cases/<uuid:stream>/when/", offer.when, name="when"),
    path("planning/week/<day:monday>/anew/", replan.anew, name="anew"),
    path("planning/week/<day:monday>/tell/", tell.tell, name="tell"),
    path("planning/week/<day:monday>/what-if/", whatif.what_if, name="what_if"),
]
