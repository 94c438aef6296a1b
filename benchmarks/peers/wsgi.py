"""The site with the peers' addresses beside its own, on the database of the benchmark that started this server."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

from django.conf import settings
from django.core.wsgi import get_wsgi_application

settings.DATABASES["default"]["NAME"] = os.environ["RAFID_BENCH_DATABASE"]
settings.ROOT_URLCONF = "benchmarks.peers.urls"
application = get_wsgi_application()
