"""Paths of promising and planning anew. A case is called by its id, a week by its Monday."""

from django.urls import path

from jemput.office.anew import offer

urlpatterns = [
    path("cases/<uuid:stream>/when/", offer.when, name="when"),
]
