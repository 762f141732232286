"""What Collect calls, and the office's page that sets it up."""

from django.urls import path

from jemput.openrosa import views

urlpatterns = [
    path("openrosa/formList", views.form_list, name="openrosa_forms"),
    path("openrosa/forms/<int:number>.xml", views.form, name="openrosa_form"),
    path("openrosa/forms/<int:number>/manifest", views.manifest, name="openrosa_manifest"),
    path("openrosa/forms/<int:number>/cases.csv", views.cases, name="openrosa_cases"),
    path("openrosa/submission", views.submission, name="openrosa_submission"),
    path("devices/collect/", views.collect, name="device_collect"),
]
