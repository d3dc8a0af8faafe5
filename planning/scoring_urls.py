"""The addresses of scores: a cycle's sheet, the models, sessions with hidden votes."""

from django.urls import path

from planning.views import (
    initiative_scores,
    score_acts,
    scores,
    scoring_models,
    scoring_rounds,
    scoring_sessions,
    sensitivity,
)

urlpatterns = [
    path("cycles/<int:pk>/scores/", scores.scores, name="scores"),
    path("cycles/<int:pk>/scores/model/", score_acts.sheet, name="score-sheet"),
    path("cycles/<int:pk>/scores/candidates/", score_acts.candidates, name="candidates"),
    path("cycles/<int:pk>/scores/keeping/", score_acts.keeping, name="ranking-keeping"),
    path("cycles/<int:pk>/scores/sensitivity/", sensitivity.sensitivity, name="sensitivity"),
    path(
        "cycles/<int:pk>/scores/<int:initiative>/values/<slug:name>/",
        score_acts.value,
        name="score-input",
    ),
    path(
        "cycles/<int:pk>/scores/<int:initiative>/place/", score_acts.override, name="rank-override"
    ),
    path(
        "cycles/<int:pk>/scores/<int:initiative>/removal/",
        score_acts.removal,
        name="candidate-removal",
    ),
    path("rank-overrides/<int:pk>/end/", score_acts.override_end, name="rank-override-end"),
    path("rankings/<int:pk>/", scores.ranking, name="ranking"),
    path("initiatives/<int:pk>/score/", initiative_scores.score, name="initiative-score"),
    path("scoring-models/", scoring_models.models, name="scoring-models"),
    path("scoring-models/new/", scoring_models.new, name="new-scoring-model"),
    path("scoring-models/preview/", scoring_models.preview, name="scoring-preview"),
    path("scoring-models/<int:pk>/", scoring_models.model, name="scoring-model"),
    path("scoring-models/<int:pk>/edit/", scoring_models.edit, name="edit-scoring-model"),
    path("scoring-models/<int:pk>/archive/", scoring_models.archive, name="scoring-archive"),
    path("cycles/<int:pk>/scores/sessions/new/", scoring_sessions.new, name="new-scoring-session"),
    path("scoring-sessions/<int:pk>/", scoring_sessions.session, name="scoring-session"),
    path("scoring-sessions/<int:pk>/joining/", scoring_sessions.joining, name="scoring-joining"),
    path("scoring-sessions/<int:pk>/members/", scoring_sessions.members, name="scoring-members"),
    path("scoring-sessions/<int:pk>/leaving/", scoring_sessions.leaving, name="scoring-leaving"),
    path("scoring-sessions/<int:pk>/closing/", scoring_sessions.closing, name="scoring-closing"),
    path("scoring-rounds/<int:pk>/", scoring_rounds.asked, name="scoring-round"),
    path("scoring-rounds/<int:pk>/turnout/", scoring_rounds.turnout, name="scoring-turnout"),
    path("scoring-rounds/<int:pk>/ballot/", scoring_rounds.ballot, name="scoring-ballot"),
    path("scoring-rounds/<int:pk>/reveal/", scoring_rounds.reveal, name="scoring-reveal"),
    path("scoring-rounds/<int:pk>/again/", scoring_rounds.again, name="scoring-again"),
    path("scoring-rounds/<int:pk>/agreement/", scoring_rounds.agreement, name="scoring-agreement"),
]
