"""Paths of the staff screens. No name, NIK, phone or programme name ever stands in one."""

from django.urls import path

from jemput.office import act, case, receipt, report

app_name = "office"

urlpatterns = [
    path("report/", report.report, name="report"),
    path("cases/<uuid:stream>/", case.case, name="case"),
    path("cases/<uuid:stream>/act/<slug:key>/", act.act, name="act"),
    path("cases/<uuid:stream>/receipt/<uuid:entry>/", receipt.receipt, name="receipt"),
]
