"""Addresses of the look-up and of the lists."""

from django.urls import path

from jemput.people import link_urls, views

app_name = "people"
urlpatterns = [path("people/look-up/", views.lookup, name="lookup"), *link_urls.urlpatterns]
