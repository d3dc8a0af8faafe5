"""The addresses of ui."""

from django.urls import path

from prodops.ui import views

app_name = "ui"
urlpatterns = [
    path("views/", views.save_view, name="views"),
    path("views/<int:pk>/deletion/", views.delete_view, name="view-deletion"),
    path("styleguide/", views.styleguide, name="styleguide"),
]
