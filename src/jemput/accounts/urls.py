"""Sign-in and account pages: from allauth only what is used (no sign-up, no reset by e-mail)."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from django.contrib.auth.decorators import login_not_required
from django.urls import path
from django.views.generic import RedirectView
from django.views.i18n import set_language

from jemput.accounts import views
from jemput.accounts.decorators import duty_not_required as own

urlpatterns = [
    path("accounts/", views.account_page, name="account_page"),
    path("accounts/duty/", views.choose_duty, name="choose_duty"),
    path("accounts/draft/", views.draft, name="draft"),
    path("accounts/login/", login_not_required(views.SignIn.as_view()), name="account_login"),
    path("accounts/demo/", views.demo_sign_in, name="demo_sign_in"),
    path("accounts/logout/", login_not_required(account.logout), name="account_logout"),
    path("accounts/inactive/", login_not_required(account.account_inactive), name="account_inactive"),
    path("accounts/password/", own(views.ChangePassword.as_view()), name="account_change_password"),
    path("accounts/confirm/", own(account.reauthenticate), name="account_reauthenticate"),
    path("accounts/2fa/", own(RedirectView.as_view(pattern_name="account_page")), name="mfa_index"),
    path("accounts/2fa/sign-in/", mfa.authenticate, name="mfa_authenticate"),
    path("accounts/2fa/confirm/", own(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("accounts/2fa/activate/", own(totp.activate_totp), name="mfa_activate_totp"),
    path("accounts/2fa/deactivate/", own(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("accounts/2fa/codes/", own(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("accounts/2fa/codes/new/", own(codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("language/", login_not_required(set_language), name="set_language"),
    path("offices/<int:number>/theme-<slug:theme>.css", views.office_theme, name="office_theme"),
    path("offices/<int:number>/logo.png", views.office_logo, name="office_logo"),
]
