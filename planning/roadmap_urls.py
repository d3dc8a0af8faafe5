"""The addresses of the roadmap."""

from django.urls import path

from planning.views import roadmap, roadmap_links, roadmap_timeline, roadmap_wording

urlpatterns = [
    path("roadmap/", roadmap.roadmap, name="roadmap"),
    path("roadmap/timeline/", roadmap_timeline.timeline, name="roadmap-timeline"),
    path("roadmap/links/", roadmap_links.links, name="roadmap-links"),
    path(
        "roadmap/links/<int:pk>/revocation/", roadmap_links.revoke, name="roadmap-link-revocation"
    ),
    path("roadmap/shared/<str:secret>/", roadmap_links.shared, name="shared-roadmap"),
    path("initiatives/<int:pk>/roadmap/", roadmap.move, name="roadmap-move"),
    path("initiatives/<int:pk>/wording/", roadmap_wording.wording, name="roadmap-wording"),
]
