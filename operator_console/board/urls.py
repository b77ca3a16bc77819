"""The board and its log."""

from __future__ import annotations

from django.urls import path

from operator_console.board import views

urlpatterns = [
    path("", views.console, name="console"),
    path("board.json", views.board, name="console-board"),
    path("events.json", views.events, name="console-events"),
    path("search.json", views.search, name="console-search"),
]
