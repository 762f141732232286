"""Addresses of planning. What is kept is called by its kind and number; people never stand in an address."""

from django.urls import path

from jemput.planning import views_resources as kept
from jemput.planning.papers import views as papers

app_name = "planning"
WEEK = "planning/papers/<slug:monday>/"
urlpatterns = [
    path("planning/resources/", kept.resources, name="resources"),
    path("planning/settings/", kept.settings, name="settings"),
    path("planning/resources/<slug:sort>/", kept.resource_list, name="resource_list"),
    path("planning/resources/<slug:sort>/new/", kept.resource, name="resource_new"),
    path("planning/resources/<slug:sort>/<int:pk>/", kept.resource, name="resource"),
    path("planning/papers/", papers.weeks, name="papers_weeks"),
    path("planning/papers/check/", papers.check_letter, name="check_letter"),
    path("planning/papers/letters/<uuid:id>.pdf", papers.letter, name="letter"),
    path(WEEK, papers.papers, name="papers"),
    path(f"{WEEK}partner-<int:partner>.pdf", papers.partner_list, name="partner_list"),
    path(f"{WEEK}<slug:team>/draft.pdf", papers.draft, name="letter_draft"),
    path(f"{WEEK}<slug:team>/sign/", papers.sign, name="sign_letter"),
    path(f"{WEEK}<slug:team>/<slug:on>/route.pdf", papers.route_sheet, name="route_sheet"),
    path(f"{WEEK}<slug:team>/<slug:on>/bring.pdf", papers.what_to_bring, name="bring"),
]
