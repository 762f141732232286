"""The map of the site. Each app names its own full paths in its `urls` module."""

from importlib.util import find_spec

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(f"{app}.urls")) for app in settings.JEMPUT_APPS if find_spec(f"{app}.urls")
]
