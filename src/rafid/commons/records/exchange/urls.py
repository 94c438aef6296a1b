from django.urls import path

from . import views

urlpatterns = [
    path("exchange/", views.overview, name="exchange"),
    path("exchange/init/", views.make_node, name="exchange-init"),
    path("exchange/key/", views.own_key, name="exchange-key"),
    path("exchange/trust/", views.trust_node, name="exchange-trust"),
    path("exchange/whose/", views.whose_node, name="exchange-whose"),
    path("exchange/read/", views.read_file, name="exchange-read"),
    path("exchange/nodes/<str:node>/file/", views.write_file, name="exchange-write"),
    path("exchange/nodes/<str:node>/ask/", views.ask_node, name="exchange-ask"),
    path("exchange/nodes/<str:node>/revoke/", views.revoke_node, name="exchange-revoke"),
    path("exchange/receipts/<uuid:receipt>/", views.receipt_file, name="exchange-receipt"),
    path("exchange/cases/", views.case_list, name="exchange-cases"),
    path("exchange/cases/<slug:case>/", views.case_page, name="exchange-case"),
    path("exchange/cases/<slug:case>/shapes.geojson", views.case_shapes, name="exchange-case-shapes"),
]
