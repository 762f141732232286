"""Addresses of planning. What is kept is called by its kind and number; people never stand in an address."""

from django.urls import path

from jemput.planning import views_resources as kept

app_name = "planning"
urlpatterns = [
    path("planning/resources/", kept.resources, name="resources"),
    path("planning/settings/", kept.settings, name="settings"),
    path("planning/resources/<slug:sort>/", kept.resource_list, name="resource_list"),
    path("planning/resources/<slug:sort>/new/", kept.resource, name="resource_new"),
    path("planning/resources/<slug:sort>/<int:pk>/", kept.resource, name="resource"),
]
