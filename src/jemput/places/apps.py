"""The Django app of places."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """Areas and points; has no models."""

    name = "jemput.places"
    label = "places"
