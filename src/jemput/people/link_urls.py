"""Addresses of the lists. A programme is called by its number; people never stand in an address."""

from django.urls import path

from jemput.people import views_link as view

urlpatterns = [
    path("lists/", view.programmes, name="list_programmes"),
    path("lists/<int:number>/", view.lists, name="lists"),
    path("lists/<int:number>/preview/", view.preview, name="list_preview"),
    path("lists/<int:number>/compare/", view.compare, name="compare"),
    path("lists/<int:number>/review/", view.review, name="review"),
    path("lists/<int:number>/niks/", view.niks, name="niks"),
    path("lists/<int:number>/people/", view.target_list, name="target_list"),
    path("lists/<int:number>/person/", view.person, name="person"),
    path("lists/<int:number>/backlog/", view.sasaran, name="sasaran"),
]
