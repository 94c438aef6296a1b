import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rafid.site.settings")
application = get_wsgi_application()

from django.conf import settings  # noqa: E402 - after Django is set up

if settings.PRODUCTION:
    from rafid.commons.people.production import refuse_known_passwords

    refuse_known_passwords()

from rafid.site.warm import wake  # noqa: E402

wake(application)
