"""What devices call, and the office's page about them."""

from django.urls import path

from jemput.sync import views
from jemput.sync.api import api

urlpatterns = [
    path("sync/", api.urls),
    path("devices/", views.devices, name="devices"),
    path("devices/code/", views.code, name="device_code"),
    path("devices/<uuid:device>/revoke/", views.revoke, name="device_revoke"),
]
