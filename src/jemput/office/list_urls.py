"""Paths of the lists, the programme pages, the centre board and the figures."""

from django.urls import path, register_converter

from jemput.office import (
    access_log,
    cases,
    centre_board,
    centre_case,
    centre_lists,
    measures,
    programme,
    search,
    today,
)
from jemput.office.anew import urls as anew_urls


class MonthConverter:
    """2021-03."""

    regex = r"20[0-9]{2}-(?:0[1-9]|1[0-2])"

    def to_python(self, value: str) -> str:
        """As it is."""
        return value

    to_url = to_python


register_converter(MonthConverter, "month")

urlpatterns = [
    path("", today.today, name="today"),
    path("cases/", cases.cases, name="cases"),
    path("search/", search.search, name="search"),
    path("search/<slug:key>/", search.found, name="found"),
    path("programmes/", programme.programmes, name="programmes"),
    path("programmes/<int:number>/", programme.programme, name="programme"),
    path("access-log/", access_log.log, name="access_log"),
    path("figures/", measures.measures, name="measures"),
    path("figures/<int:number>/<int:year>/", measures.year, name="year"),
    path("figures/<int:number>/<int:year>/table.<slug:form>", measures.download, name="download"),
    path("figures/<int:number>/<month:month>/", measures.month, name="month"),
    path("figures/<int:number>/<month:month>/publish/", measures.publish, name="publish"),
    path("figures/<int:number>/backlog/", measures.backlog, name="backlog"),
    path("centre/", centre_board.board, name="centre"),
    path("centre/lists/", centre_lists.status_list, name="status_list"),
    path("centre/lists/<uuid:batch>/errors.csv", centre_lists.list_errors, name="list_errors"),
    path("centre/lists/<uuid:batch>/apply/", centre_lists.apply_list, name="apply_list"),
    path("centre/lists/<uuid:batch>/undo/", centre_lists.undo_list, name="undo_list"),
    path("cases/<uuid:stream>/centre/", centre_case.case_centre, name="case_centre"),
    *anew_urls.urlpatterns,
]
