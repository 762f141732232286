"""The WSGI application that granian serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jemput.settings")
application = get_wsgi_application()
get_resolver().url_patterns  # noqa: B018 - read now: the first to call does not wait for every screen to load
gc.freeze()  # what is loaded stays; to look through it again and again costs a twentieth of each answer
