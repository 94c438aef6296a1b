"""Settings. Everything that differs between machines comes from the environment; see docs/operate.md."""

from __future__ import annotations

import glob
import os
import secrets
import sys
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from rafid.commons.programme import packages
from rafid.site.cluster import Cluster, data_dir

ROOT = Path(__file__).resolve().parents[3]
DATA = data_dir()
PRODUCTION = os.environ.get("RAFID_ENV", "") == "production"
DEBUG = os.environ.get("RAFID_DEBUG", "") == "1"
TESTING = "pytest" in sys.modules
# A service may write nowhere but in its data folder; numba would keep what it compiled beside the source.
os.environ.setdefault("NUMBA_CACHE_DIR", str(DATA / "cache" / "numba"))


def _wheel_library(package: str, pattern: str) -> str:
    """The shared library that a wheel carries: Debian's GDAL is too old to be safe, so one is used everywhere."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ImproperlyConfigured(f"The package {package} is missing. Run ./rafid up again.")
    found = glob.glob(str(Path(spec.origin).parent.parent / f"{package}.libs" / pattern))
    if not found:
        raise ImproperlyConfigured(f"The wheel of {package} holds no {pattern}. Run ./rafid up again.")
    return found[0]


GDAL_LIBRARY_PATH = _wheel_library("pyogrio", "libgdal*")
GEOS_LIBRARY_PATH = _wheel_library("shapely", "libgeos_c*")

# --- secrets and hosts --------------------------------------------------------------------------------------------


def _secret_key() -> str:
    given = os.environ.get("RAFID_SECRET_KEY", "")
    if given:
        return given
    if PRODUCTION:
        raise ImproperlyConfigured("RAFID_SECRET_KEY is not set. Set it to 50 or more random characters.")
    path = DATA / "secret_key"
    try:
        return path.read_text()
    except FileNotFoundError:
        DATA.mkdir(parents=True, exist_ok=True)
        # Exclusive creation: web server and worker may start together.
        try:
            with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(50))
        except FileExistsError:
            pass
        return path.read_text()


SECRET_KEY = _secret_key()
if PRODUCTION and DEBUG:
    raise ImproperlyConfigured("RAFID_DEBUG is set together with RAFID_ENV=production. Unset RAFID_DEBUG.")
if PRODUCTION and len(SECRET_KEY) < 50:
    raise ImproperlyConfigured("RAFID_SECRET_KEY is too short. Set it to 50 or more random characters.")

ALLOWED_HOSTS = [host for host in os.environ.get("RAFID_HOSTS", "127.0.0.1,localhost,[::1]").split(",") if host]


def _origins(hosts: list[str]) -> list[str]:
    """Where forms may come from: a host that begins with a dot stands for itself and for all that lie below it."""
    found = []
    for host in hosts:
        if host.startswith("."):
            found += [f"https://{host[1:]}", f"https://*{host}"]
        elif host != "*":
            found.append(f"https://{host}")
    return found


CSRF_TRUSTED_ORIGINS = _origins(ALLOWED_HOSTS) if PRODUCTION else []

# --- database -----------------------------------------------------------------------------------------------------


def _database(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.contrib.gis.db.backends.postgis",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", None) or parts.hostname or "",
        "PORT": options.pop("port", None) or parts.port or "",
        "OPTIONS": {**options, "pool": False},
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": True,  # one request is one transaction
        "TEST": {"NAME": None},
    }


DATABASE_URL = os.environ.get("DATABASE_URL") or Cluster("main").url("rafid")
DATABASES = {"default": _database(DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- rooms --------------------------------------------------------------------------------------------------------

RAFID_PACKAGES = packages([folder for folder in os.environ.get("RAFID_PROGRAMMES", "").split(os.pathsep) if folder])
RAFID_COUNTRY = os.environ.get("RAFID_COUNTRY", "iraq")

INSTALLED_APPS = [
    "rafid.site",
    "rafid.commons.products",
    "rafid.commons.indicators",
    "rafid.commons.forms",
    "rafid.commons.records",
    "rafid.commons.people",
    "rafid.commons.places",
    *RAFID_PACKAGES,
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "rafid.site.staticfiles.StaticFiles",
    "django.contrib.gis",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "ninja",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "rafid.site.middleware.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "rafid.commons.forms.openrosa.shortcut.Phones",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "rafid.site.middleware.DatabaseAway",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "rafid.site.middleware.Language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "rafid.commons.people.middleware.SessionActivity",
    "django_htmx.middleware.HtmxMiddleware",
    "rafid.commons.records.middleware.History",
    "rafid.commons.people.middleware.SecondFactor",
]

ROOT_URLCONF = "rafid.site.urls"
WSGI_APPLICATION = "rafid.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "src/rafid/site/templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "rafid.site.shell.context",
            ],
        },
    },
]

# --- people -------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "rafid_people.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.PBKDF2PasswordHasher"
    if not TESTING
    else "django.contrib.auth.hashers.MD5PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("login", "full_name", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "rafid.commons.people.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "login"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_RATE_LIMITS = {"login_failed": "20/m/ip,5/300s/key", "login": "60/m/ip"}
MFA_ADAPTER = "rafid.commons.people.second_factor.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Rafid"
USERSESSIONS_TRACK_ACTIVITY = True
# How many reverse proxies of ours add to X-Forwarded-For: without it all callers would look like one.
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("RAFID_PROXIES", "1" if PRODUCTION else "0"))

# --- cache: one database is all there is ----------------------------------------------------------------------------

CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "rafid_cache"},
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "rafid"},
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"

# --- languages ----------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "ar"
LANGUAGES = [("ar", _("Arabic")), ("ckb", _("Sorani Kurdish")), ("en", _("English"))]
LANGUAGES_BIDI = ["ar", "ckb"]
LOCALE_PATHS = [ROOT / "src/rafid/site/locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Baghdad"
USE_THOUSAND_SEPARATOR = False

# --- files --------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STATICFILES_DIRS = [
    ROOT / "src/rafid/site/static",
    *(
        (prefix, ROOT / "node_modules" / package)
        for prefix, package in [
            ("maplibre", "maplibre-gl/dist"),
            ("htmx", "htmx.org/dist"),
            ("xforms-engine", "@getodk/xforms-engine/dist"),
            ("noto-sans-arabic", "@fontsource/noto-sans-arabic/files"),
            ("noto-sans", "@fontsource/noto-sans/files"),
        ]
        if (ROOT / "node_modules" / package).is_dir()
    ),
]
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_MAX_AGE = 31536000 if PRODUCTION else 60
MEDIA_ROOT = DATA / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "rafid.site.staticfiles.ServedFiles"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
# A submission of a browser has as many files as one of a phone: up to a hundred photographs, and its answers.
DATA_UPLOAD_MAX_NUMBER_FILES = 210
RAFID_UPLOAD_LIMIT = int(os.environ.get("RAFID_UPLOAD_LIMIT", str(512 * 1024 * 1024)))
# The site's own address, for letters, feeds and webhooks, which are written where no request says it.
RAFID_URL = os.environ.get("RAFID_URL") or (
    f"https://{ALLOWED_HOSTS[0].lstrip('.*')}" if PRODUCTION and ALLOWED_HOSTS else "http://127.0.0.1:8000"
)
# Webhooks go to the open internet only; an installation that serves one network alone may allow addresses inside it.
RAFID_WEBHOOKS_INSIDE = os.environ.get("RAFID_WEBHOOKS_INSIDE", "") == "1"
# The largest body of a submission; phones are told and send their files in so many parts.
RAFID_SUBMISSION_LIMIT = int(os.environ.get("RAFID_SUBMISSION_LIMIT", "100000000"))

# --- protection ---------------------------------------------------------------------------------------------------

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "rafid.site.views.csrf_failure"
if PRODUCTION:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = os.environ.get("RAFID_SSL_REDIRECT", "1") == "1"
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31536000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True

# --- mail, messages, log --------------------------------------------------------------------------------------------

EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if os.environ.get("RAFID_EMAIL_HOST")
    else "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = DATA / "mail"
EMAIL_HOST = os.environ.get("RAFID_EMAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("RAFID_EMAIL_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("RAFID_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("RAFID_EMAIL_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("RAFID_EMAIL_TLS", "1") == "1"
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = os.environ.get("RAFID_EMAIL_FROM", "rafid@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"rafid": {"level": "INFO"}, "procrastinate": {"level": "WARNING"}},
}

NINJA_PAGINATION_MAX_LIMIT = 500
