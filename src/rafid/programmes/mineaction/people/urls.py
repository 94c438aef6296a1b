"""Addresses of accidents, persons and risk education, below ``/mineaction/``."""

from __future__ import annotations

from django.urls import path

from . import (
    accidents,
    case_views,
    door,
    label_views,
    person_views,
    referral_views,
    sessions,
    statistics_views,
    village_views,
)

urlpatterns = [
    path("accidents/", accidents.accidents, name="mineaction-accidents"),
    path("accidents/shapes", accidents.shapes, name="mineaction-accidents-shapes"),
    path("accidents.<str:kind>", accidents.export, name="mineaction-accidents-file"),
    path("accidents/<str:ref>/", accidents.accident, name="mineaction-accident"),
    path("victims/", case_views.victims, name="mineaction-victims"),
    path("victims/new/", case_views.new, name="mineaction-victim-new"),
    path("victims/door/", door.open_door, name="mineaction-door"),
    path("victims/leave/", door.close_door, name="mineaction-door-close"),
    path("victims/<str:ref>/", case_views.victim, name="mineaction-victim"),
    path("victims/<str:ref>/edit/", case_views.edit, name="mineaction-victim-edit"),
    path("victims/<str:ref>/erase/", case_views.erase, name="mineaction-victim-erase"),
    path("victims/<str:ref>/needs/", case_views.add_need, name="mineaction-need-new"),
    path("victims/<str:ref>/needs/<uuid:pk>/met/", case_views.meet_need, name="mineaction-need-met"),
    path("victims/<str:ref>/refer/", case_views.add_referral, name="mineaction-refer"),
    path("persons/", person_views.persons, name="mineaction-persons"),
    path("referrals/", referral_views.referrals, name="mineaction-referrals"),
    path("referrals/<str:ref>/", referral_views.referral, name="mineaction-referral"),
    path("referrals/<str:ref>/step/", referral_views.take_step, name="mineaction-referral-step"),
    path("referrals/<str:ref>/withdraw/", referral_views.take_back, name="mineaction-referral-withdraw"),
    path("victim-statistics/", statistics_views.page, name="mineaction-victim-statistics"),
    path("victim-statistics.<str:kind>", statistics_views.export, name="mineaction-victim-statistics-file"),
    path("eore/", sessions.sessions, name="mineaction-eore"),
    path("eore/shapes", sessions.shapes, name="mineaction-eore-shapes"),
    path("eore.<str:kind>", sessions.export, name="mineaction-eore-file"),
    path("eore/new/", sessions.new, name="mineaction-eore-new"),
    path("eore/labels/", label_views.page, name="mineaction-eore-labels"),
    path("eore/villages/", village_views.page, name="mineaction-villages"),
    path("eore/villages/shapes", village_views.shapes, name="mineaction-villages-shapes"),
    path("eore/villages.<str:kind>", village_views.export, name="mineaction-villages-file"),
]
