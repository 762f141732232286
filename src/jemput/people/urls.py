"""Addresses of the look-up."""

from django.urls import path

from jemput.people import views

app_name = "people"
urlpatterns = [path("people/look-up/", views.lookup, name="lookup")]
