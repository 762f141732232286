"""Paths of the staff screens. No name, NIK, phone or programme name ever stands in one."""

from django.urls import path

from jemput.office import act, activities, case, list_urls, receipt, report, satisfaction, who
from jemput.office.api import api
from jemput.office.week import urls as week_urls

app_name = "office"

urlpatterns = [
    path("api/", api.urls),
    path("report/", report.report, name="report"),
    path("report/similar/", report.similar, name="report_similar"),
    path("report/<uuid:stream>/saved/", report.reported, name="reported"),
    path("t/<slug:ticket>/", case.ticket, name="ticket"),
    path("cases/<uuid:stream>/", case.case, name="case"),
    path("cases/<uuid:stream>/reveal/", case.show_masked, name="reveal"),
    path("cases/<uuid:stream>/who/", who.who, name="who"),
    path("cases/<uuid:stream>/act/<slug:key>/", act.act, name="act"),
    path("cases/<uuid:stream>/correct/<uuid:entry>/", act.correct, name="correct"),
    path("cases/<uuid:stream>/take-back/<uuid:entry>/", act.take_back, name="take_back"),
    path("cases/<uuid:stream>/receipt/<uuid:entry>/", receipt.receipt, name="receipt"),
    path("activities/", activities.activities, name="activities"),
    path("activities/<slug:what>/", activities.activity, name="activity"),
    path("figures/<int:number>/<int:year>/satisfaction/", satisfaction.satisfaction, name="satisfaction"),
]

# Lists, programme pages, the centre board, figures.
urlpatterns += list_urls.urlpatterns
urlpatterns += week_urls.urlpatterns
