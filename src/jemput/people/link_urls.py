"""Addresses of the lists. A programme is called by its number; people never stand in an address."""

from django.urls import path

from jemput.people import views_link, views_people, views_review

urlpatterns = [
    path("lists/", views_link.programmes, name="list_programmes"),
    path("lists/<int:number>/", views_link.lists, name="lists"),
    path("lists/<int:number>/preview/", views_link.preview, name="list_preview"),
    path("lists/<int:number>/compare/", views_link.compare, name="compare"),
    path("lists/<int:number>/review/", views_review.review, name="review"),
    path("lists/<int:number>/niks/", views_review.niks, name="niks"),
    path("lists/<int:number>/people/", views_people.target_list, name="target_list"),
    path("lists/<int:number>/people/open/", views_people.open_cases, name="open_cases"),
    path("lists/<int:number>/person/", views_review.person, name="person"),
    path("lists/<int:number>/backlog/", views_people.sasaran, name="sasaran"),
]
