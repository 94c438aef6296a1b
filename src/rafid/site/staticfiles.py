"""Static files as a production site serves them: named by their content, compressed beforehand, and only what pages load."""

from __future__ import annotations

from typing import Any

from django.contrib.staticfiles.apps import StaticFilesConfig
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(StaticFilesConfig):
    """Leaves out what browser packages bring for those who work on them: 40 MB that take minutes to compress."""

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        *("*.map", "*-dev.js", "*.d.ts", "*.woff", "*.gz", "*.cjs.js", "*.amd.js", "solid.js"),
    ]


class ServedFiles(CompressedManifestStaticFilesStorage):
    """As WhiteNoise does it, but a script may name a source map that was left out."""

    patterns: Any = tuple(
        (kind, tuple(pattern for pattern in found if "sourceMappingURL" not in str(pattern)))
        for kind, found in CompressedManifestStaticFilesStorage.patterns
    )
