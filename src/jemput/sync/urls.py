"""What devices call, and the office's page about them."""

from django.urls import path

from jemput.sync import aside_pages, begun, pictures, views
from jemput.sync.api import api
from jemput.sync.app import field_app

urlpatterns = [
    path("sync/", api.urls),
    path("lapangan/", field_app, name="field_app"),
    path("lapangan/<path:path>", field_app, name="field_app_file"),
    path("cases/<uuid:stream>/files/", pictures.case_files, name="case_files"),
    path("cases/<uuid:stream>/files/<str:digest>/", pictures.case_file, name="case_file"),
    path("devices/", views.devices, name="devices"),
    path("devices/file/", views.bring_file, name="device_file"),
    path("devices/forms/<str:digest>/", begun.begun_form, name="begun_form"),
    path("devices/forms/<str:digest>/<int:number>/", begun.begun_photo, name="begun_photo"),
    path("devices/aside/", aside_pages.set_aside, name="set_aside"),
    path("devices/aside/<int:number>/", aside_pages.one_set_aside, name="one_set_aside"),
    path("devices/aside/<int:number>/file/", aside_pages.set_aside_file, name="set_aside_file"),
    path("devices/code/", views.code, name="device_code"),
    path("devices/<uuid:device>/revoke/", views.revoke, name="device_revoke"),
]
