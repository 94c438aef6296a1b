"""Pages of operations: the board, tasks and orders, accreditations, spot tasks, ordnance, daily progress."""

from __future__ import annotations

from django.urls import path

from . import accreditation_views, plan_views, spot_views, task_views, views

urlpatterns = [
    path("operations/", views.board, name="mineaction-operations"),
    path("tasks/new/", task_views.new, name="mineaction-task-new"),
    path("tasks/<str:ref>/", task_views.page, name="mineaction-task"),
    path("tasks/<str:ref>/change/", task_views.change, name="mineaction-task-change"),
    path("tasks/<str:ref>/order/", task_views.order, name="mineaction-task-reissue"),
    path("tasks/<str:ref>/orders/<int:number>.pdf", task_views.paper, name="mineaction-task-order"),
    path("tasks/<str:ref>/step/<str:code>/", task_views.step, name="mineaction-task-step"),
    path("accreditations/new/", accreditation_views.new, name="mineaction-accreditation-new"),
    path("accreditations/<str:ref>/", accreditation_views.page, name="mineaction-accreditation"),
    path("accreditations/<str:ref>/step/<str:code>/", accreditation_views.step, name="mineaction-accreditation-step"),
    path("spots/new/", spot_views.new, name="mineaction-spot-new"),
    path("spots/<str:ref>/", spot_views.page, name="mineaction-spot"),
    path("spots/<str:ref>/find/", spot_views.find, name="mineaction-spot-find"),
    path("spots/<str:ref>/find/<str:item>/", spot_views.dispose, name="mineaction-spot-dispose"),
    path("spots/<str:ref>/step/<str:code>/", spot_views.step, name="mineaction-spot-step"),
    path("priorities/", plan_views.ranked, name="mineaction-priorities"),
    path("priorities.<str:kind>", plan_views.ranked_file, name="mineaction-priorities-file"),
    path("priorities/weights/", plan_views.weights, name="mineaction-weights"),
    path("priorities/criterion/", plan_views.criterion, name="mineaction-criterion"),
    path("priorities/again/", plan_views.again, name="mineaction-rank-again"),
    path("strategy/", plan_views.aims, name="mineaction-strategy"),
    path("strategy/new/", plan_views.aim, name="mineaction-target-new"),
]
for _code, _spec in views.LISTS.items():
    urlpatterns += [
        path(f"{_code}/", views.listed, {"code": _code}, name=_spec.name),
        path(f"{_code}.<str:kind>", views.file, {"code": _code}, name=f"{_spec.name}-file"),
    ]
    if _spec.dots is not None:
        urlpatterns.insert(0, path(f"{_code}/shapes", views.shapes, {"code": _code}, name=f"{_spec.name}-shapes"))
