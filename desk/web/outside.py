"""Links that lead outside: only plain web addresses ever become one, and the server never follows them."""

from urllib.parse import urlsplit


def safe_link(url: str | None) -> str | None:
    """The address where it is an http or https one with a host; None for everything else."""
    if not url:
        return None
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    return url.strip() if parts.scheme in {"http", "https"} and parts.netloc else None
