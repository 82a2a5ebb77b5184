"""A Grafana's HTTP API as its documentation says it, as far as dashboards and folders go: strict, on a free port.

https://grafana.com/docs/grafana/latest/developers/http_api/dashboard/ and .../folder/
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Double:
    """`boards` by uid as they were put; `says` answers one path in its own way: (status, body)."""

    def __init__(self) -> None:
        self.boards: dict[str, dict] = {}
        self.folders: dict[str, str] = {}
        self.provisioned: set[str] = set()
        self.editor, self.viewer = "glsa_editor", "glsa_viewer"
        self.url = ""

    def answer(self, method: str, path: str, token: str, body: dict | None) -> tuple[int, dict]:
        if token not in (self.editor, self.viewer):
            return 401, {"message": "Unauthorized", "messageId": "auth.unauthorized", "statusCode": 401}
        if method == "POST" and token != self.editor:
            return 403, {"message": "You'll need additional permissions to perform this action.", "accessErrorId": "x"}
        match method, path.split("/")[2:]:
            case "GET", ["folders", uid]:
                return (200, {"uid": uid}) if uid in self.folders else (404, {"message": "folder not found"})
            case "POST", ["folders"]:
                return self._folder(body or {})
            case "POST", ["dashboards", "db"]:
                return self._board(body or {})
        raise AssertionError((method, path))

    def _folder(self, body: dict) -> tuple[int, dict]:
        assert body.keys() == {"title", "uid"}
        if body["uid"] in self.folders:
            return 409, {"message": "a folder with the same uid already exists"}
        self.folders[body["uid"]] = body["title"]
        return 200, {"id": 1, "uid": body["uid"], "title": body["title"]}

    def _board(self, body: dict) -> tuple[int, dict]:
        assert body.keys() <= {"dashboard", "folderUid", "overwrite", "message"}
        board = body["dashboard"]
        if not board.get("title"):
            return 400, {"message": "Dashboard title cannot be empty", "status": "empty-name"}
        if body["folderUid"] not in self.folders:
            return 404, {"message": "folder not found"}
        known = self.boards.get(board["uid"])
        if board["uid"] in self.provisioned:
            return 400, {"message": "Cannot save provisioned dashboard"}
        if known and not body["overwrite"]:
            return 412, {"message": "The dashboard has been changed by someone else", "status": "version-mismatch"}
        version = known["version"] + 1 if known else 1
        self.boards[board["uid"]] = {**board, "version": version}
        url = f"/d/{board['uid']}/x"
        return 200, {"id": 1, "uid": board["uid"], "url": url, "status": "success", "version": version, "slug": "x"}


@contextmanager
def double() -> Iterator[Double]:
    """One that answers until the block ends."""
    served = Double()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _do(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            token = (self.headers.get("authorization") or "").removeprefix("Bearer ")
            status, answer = served.answer(self.command, self.path, token, body)
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = _do  # noqa: N815 - the names that http.server calls

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    served.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
