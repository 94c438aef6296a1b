"""Pages of contracts, workplans, progress and the board."""

from __future__ import annotations

from django.urls import path

from . import board_views, contract_views, entry_views

urlpatterns = [
    path("", board_views.page, name="monitoring"),
    path("board.csv", board_views.export, {"kind": "csv"}, name="monitoring-board-csv"),
    path("board.xlsx", board_views.export, {"kind": "xlsx"}, name="monitoring-board-xlsx"),
    path("trends/", board_views.trends_page, name="monitoring-trends"),
    path("trends.csv", board_views.trends_export, {"kind": "csv"}, name="monitoring-trends-csv"),
    path("trends.xlsx", board_views.trends_export, {"kind": "xlsx"}, name="monitoring-trends-xlsx"),
    path("contracts/", contract_views.listing, name="monitoring-contracts"),
    path("contracts/<str:ref>/", contract_views.page, name="monitoring-contract"),
    path("contracts/<str:ref>/lines/<str:code>/", contract_views.line, name="monitoring-line"),
    path("contracts/<str:ref>/numbers/", contract_views.numbers, name="monitoring-numbers"),
    path("contracts/<str:ref>/documents/<str:sha256>", contract_views.document, name="monitoring-document"),
    path("contracts/<str:ref>/new-line/", entry_views.new_line, name="monitoring-line-new"),
    path("contracts/<str:ref>/lines/<str:code>/change/", entry_views.change_line, name="monitoring-line-change"),
    path("contracts/<str:ref>/lines/<str:code>/plan/", entry_views.plan, name="monitoring-line-plan"),
    path("contracts/<str:ref>/report/", entry_views.report, name="monitoring-report-progress"),
    path("contracts/<str:ref>/spending/", entry_views.spend, name="monitoring-spending"),
    path("contracts/<str:ref>/state/", entry_views.state, name="monitoring-contract-state"),
    path("contracts/<str:ref>/workplan.xlsx", entry_views.workplan_table, name="monitoring-workplan-table"),
    path("contracts/<str:ref>/progress.xlsx", entry_views.progress_table, name="monitoring-progress-table"),
]
