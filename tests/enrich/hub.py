"""A hub on 127.0.0.1, by the rules that huggingface_hub's own client states: the API of a repository, files by revision."""

import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web
from aiohttp.test_utils import TestServer

COMMIT = "0123456789abcdef0123456789abcdef01234567"
MODEL = "someone/small"
GATED = "someone/gated"


@asynccontextmanager
async def hub(folder: Path) -> AsyncIterator[tuple[str, list[str]]]:
    """Its address, and the names of the files that were asked for. It has the folder's files as MODEL, at COMMIT and main."""
    fetched: list[str] = []

    def refused(code: str, status: int = 404) -> web.Response:
        return web.Response(status=status, headers={"X-Error-Code": code, "X-Error-Message": code})

    async def about(request: web.Request) -> web.Response:
        if request.match_info["model"] == GATED:
            return refused("GatedRepo", 403)
        if request.match_info["model"] != MODEL:
            return refused("RepoNotFound")
        if request.match_info.get("revision", "main") not in {"main", COMMIT}:
            return refused("RevisionNotFound")
        names = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]  # noqa: ASYNC240 - a few files
        siblings = [{"rfilename": name} for name in sorted(names)]
        return web.json_response({"id": MODEL, "sha": COMMIT, "siblings": siblings, "private": False, "gated": False})

    async def file(request: web.Request) -> web.Response:
        name, revision = request.match_info["name"], request.match_info["revision"]
        path = folder / name
        if request.match_info["model"] != MODEL or revision != COMMIT or not path.is_file():
            return refused("EntryNotFound")
        fetched.append(name)
        content = path.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        return web.Response(body=content, headers={"ETag": json.dumps(digest), "X-Repo-Commit": COMMIT})

    app = web.Application()
    app.router.add_get("/api/models/{model:[^/]+/[^/]+}", about)
    app.router.add_get("/api/models/{model:[^/]+/[^/]+}/revision/{revision}", about)
    app.router.add_get("/{model:[^/]+/[^/]+}/resolve/{revision}/{name:.+}", file)
    async with TestServer(app) as server:
        yield str(server.make_url("")).rstrip("/"), fetched
