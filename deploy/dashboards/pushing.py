"""Dashboards to a Grafana over its HTTP API, for one that is not provisioned from files.

Grafana's rules: POST /api/dashboards/db with a folder and `overwrite`; a dashboard that came from a file is refused.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from grafana_client.api import GrafanaApi
from grafana_client.client import GrafanaClientError, GrafanaException, TokenAuth

from core.errors import Stop

FOLDER = "klankbord"
_LOCAL = ("127.0.0.1", "localhost", "::1")
_PATIENCE = 30.0


def push(url: str, token: str, boards: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Put each dashboard into the folder, over what is there under its uid; a line for each. Any: as JSON comes.

    Raises Stop with a sentence where the Grafana refuses or does not answer; what was put before stays.
    """
    with _opened(url, token) as grafana, _said(url):
        _make_folder(grafana)
        for board in boards:
            asked = {"dashboard": board, "folderUid": FOLDER, "overwrite": True, "message": "klankbord dashboards push"}
            answer = grafana.dashboard.update_dashboard(asked)
            yield f"{board['title']}: version {answer['version']} at {url.rstrip('/')}{answer['url']}"


@contextmanager
def _opened(url: str, token: str) -> Iterator[GrafanaApi]:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Stop(f'"{url}" is no address of a Grafana: it looks like https://grafana.example')
    if parts.scheme == "http" and parts.hostname not in _LOCAL:
        raise Stop(f"{url} would send the token in the clear: use https")
    grafana = GrafanaApi(
        auth=TokenAuth(token),
        protocol=parts.scheme,
        host=parts.hostname,
        port=parts.port,
        url_path_prefix=parts.path.strip("/") + "/" if parts.path.strip("/") else "",
        timeout=_PATIENCE,
    )
    try:
        yield grafana
    finally:
        grafana.client.s.close()


def _make_folder(grafana: GrafanaApi) -> None:
    try:
        grafana.folder.get_folder(FOLDER)
    except GrafanaClientError as error:
        if error.status_code != 404:
            raise
        grafana.folder.create_folder(FOLDER, uid=FOLDER)


@contextmanager
def _said(url: str) -> Iterator[None]:
    """What goes wrong, as a sentence."""
    try:
        yield
    except GrafanaException as error:
        raise Stop(_sentence(url, error)) from None
    except OSError as error:  # as the client's own errors of a connection are
        raise Stop(f"{url} does not answer: {type(error).__name__}") from None


def _sentence(url: str, error: GrafanaException) -> str:
    response = error.response if isinstance(error.response, Mapping) else {}
    said = str(response.get("message") or "")[:300]
    match error.status_code:
        case 401:
            return f"{url} refuses the token: make a service account token with the role Editor, and write it into the file"
        case 403:
            return f"{url}: the token may not write dashboards: give its service account the role Editor ({said})"
        case _ if "provisioned" in said:
            return f"{url} has these dashboards from files already and does not let anybody change them ({said})"
        case status:
            return f"{url} does not take a dashboard ({status}): {said}"
