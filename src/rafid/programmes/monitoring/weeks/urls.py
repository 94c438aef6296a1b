"""Pages of weeks."""

from __future__ import annotations

from django.urls import path

from . import calendar_views, clearance_views, exports, independence_views, plan_views, proposal_views, views

urlpatterns = [
    path("weeks/", views.now, name="monitoring-weeks"),
    path("weeks/visits/<str:visit>/", plan_views.visit, name="monitoring-visit-plan"),
    path("weeks/visits/<str:visit>/step/", plan_views.step, name="monitoring-visit-step"),
    path("weeks/not-seen/", independence_views.not_seen_page, name="monitoring-not-seen"),
    path("weeks/not-seen.<str:kind>", exports.unseen, name="monitoring-not-seen-file"),
    path("weeks/clearances/", clearance_views.listing, name="monitoring-clearances"),
    path("weeks/clearances/new/", clearance_views.new, name="monitoring-clearance-new"),
    path("weeks/clearances/places/", clearance_views.area, name="monitoring-clearance-area"),
    path("weeks/clearances/<uuid:clearance>/", clearance_views.one, name="monitoring-clearance"),
    path("weeks/calendar/", calendar_views.page, name="monitoring-calendar"),
    path("weeks/calendar/feed/", calendar_views.feed, name="monitoring-feed"),
    path("weeks/calendar/days/<uuid:day>/remove/", calendar_views.remove, name="monitoring-day-remove"),
    path("weeks/<str:week_code>/", views.page, name="monitoring-week"),
    path("weeks/<str:week_code>/places.json", views.places, name="monitoring-week-places"),
    path("weeks/<str:week_code>/visits.<str:kind>", exports.week, name="monitoring-week-file"),
    path("weeks/<str:week_code>/add/", plan_views.add, name="monitoring-week-add"),
    path("weeks/<str:week_code>/propose/", proposal_views.page, name="monitoring-week-propose"),
    path("calendar/<str:token>.ics", calendar_views.ics, name="monitoring-ics"),
    path("independence.<str:kind>", exports.independence, name="monitoring-independence-file"),
    path("independence/", independence_views.page, name="monitoring-independence"),
    path("independence/monitors/<str:monitor>/", independence_views.monitor, name="monitoring-monitor"),
]
