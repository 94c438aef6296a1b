"""What a browser says of itself, as a person would: "Firefox · Windows"."""

from __future__ import annotations

# The first that fits: many browsers also call themselves by the names below theirs.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("UCBrowser/", "UC Browser"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
    ("python", "Python"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def device_name(user_agent: str) -> str:
    """Browser and system; the beginning of the text itself where neither is known."""
    known = [
        next((name for mark, name in table if mark.lower() in user_agent.lower()), "") for table in (BROWSERS, SYSTEMS)
    ]
    return " · ".join(name for name in known if name) or user_agent[:40]
