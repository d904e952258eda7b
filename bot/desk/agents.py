"""What a browser calls itself, in two words: enough to tell one's own sessions apart, too little to know a device again."""

#: The first that is found counts: most browsers name others after themselves.
_BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("YaBrowser/", "Yandex"), ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"), ("CriOS/", "Chrome"), ("Chromium/", "Chromium"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "ChromeOS"), ("Windows", "Windows"),
    ("Macintosh", "macOS"), ("Linux", "Linux"),
)  # fmt: skip
#: Nobody's browser says more than this; strangers may.
_LONGEST = 1_000


def device_of(agent: str) -> str:
    """Browser and system, as far as they are known; empty when neither is.  Nothing of what was sent is in it."""
    said = agent[:_LONGEST]
    found = (next((name for sign, name in table if sign in said), "") for table in (_BROWSERS, _SYSTEMS))
    return " · ".join(filter(None, found))
