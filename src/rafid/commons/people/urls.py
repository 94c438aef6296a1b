"""Addresses of people. A login stands directly below /people/, so that ``invite.WORDS`` keeps these words free."""

from django.urls import path
from django.views.generic import RedirectView

from .views import access, accounts, agreements, invitations, join, me, organisations, second_step

urlpatterns = [
    path("people/", accounts.people, name="people"),
    path("people/me/", me.me, name="my-page"),
    path("people/me/sessions/end/", me.end_others, name="end-other-sessions"),
    path("people/me/sessions/<int:pk>/end/", me.end_session, name="end-session"),
    path("people/me/tokens/", me.new_token, name="new-token"),
    path("people/me/tokens/<uuid:pk>/end/", me.end_token, name="end-token"),
    path("people/join/", join.join, name="join"),
    path("people/reset/", join.reset, name="reset"),
    path("people/invitations/", invitations.invitations, name="invitations"),
    path("people/invitations/new/", invitations.new_invitation, name="new-invitation"),
    path("people/invitations/<uuid:pk>/code/", invitations.new_code, name="new-code"),
    path("people/invitations/<uuid:pk>/withdraw/", invitations.withdraw, name="withdraw-invitation"),
    path("people/organisations/", organisations.organisations, name="organisations"),
    path("people/organisations/<str:ref>/", organisations.organisation, name="organisation"),
    path("people/agreements/", agreements.agreements, name="agreements"),
    path("people/agreements/<uuid:pk>/end/", agreements.end_agreement, name="end-agreement"),
    path("people/access/", access.access, name="access"),
    path("people/as/", access.as_role, name="as-role"),
    path("people/<str:login>/", accounts.person, name="person"),
    path("people/<str:login>/roles/", accounts.give_role, name="give-role"),
    path("people/<str:login>/roles/<uuid:pk>/end/", accounts.take_back, name="take-back"),
    path("people/<str:login>/close/", accounts.close, name="close-account"),
    path("people/<str:login>/open/", accounts.reopen, name="open-account"),
    path("people/<str:login>/unlock/", accounts.unlock, name="unlock-account"),
    path("people/<str:login>/factor/", accounts.remove_factor, name="remove-factor"),
    path("people/<str:login>/move/", accounts.move, name="move-account"),
    path("people/<str:login>/code/", accounts.reset_code, name="reset-code"),
    path("accounts/2fa/authenticate/", second_step.second_step, name="mfa_authenticate"),
    # allauth keeps a second list of addresses and of sessions; here both are on the person's own page.
    path("accounts/email/", RedirectView.as_view(pattern_name="my-page"), name="account_email"),
    path("accounts/sessions/", RedirectView.as_view(pattern_name="my-page"), name="usersessions_list"),
]
