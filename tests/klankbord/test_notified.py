"""A message becomes a case that somebody is told of, by the real program whose keeper is killed while it tells."""

import json
import os
import signal
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from desk.store import cases
from desk.store.cases import Asked
from tests.klankbord.program import Program, file_source, until
from tests.klankbord.test_cases import appended, enriched, mention, rules

SECRET = "whsec_" + "a2xhbmtib3Jk" * 3


@contextmanager
def receiver(meanwhile):
    """Takes what it is sent; `meanwhile` happens once, after the first request came and before it is answered."""
    told, once = [], [meanwhile]

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            told.append((self.headers["webhook-id"], body["data"]))
            if once:
                once.pop()()
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            """Nothing is said."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", told
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_case_is_told_of_again_where_the_keeper_was_killed_while_it_told(tmp_path):
    runs = []
    with receiver(lambda: os.kill(runs[0].keeper(), signal.SIGKILL)) as (url, told):
        channel = {"name": "tooling", "use": "webhook", "url": url, "secrets": [SECRET], "allow_private": ["127.0.0.1"]}
        program = Program(
            tmp_path,
            file_source("in.jsonl"),
            enrich=("language",),
            notices={"window": "1s", "channels": [channel], "send": [{"unit": "webcare", "channels": ["tooling"]}]},
        )
        rules(program)
        with program.running() as run:
            runs.append(run)
            appended(program, *enriched(mention(1)))
            until(lambda: len(told) > 1, within=300)
    (first, said), (second, repeated) = told
    assert (first == second, said["repeat"], repeated["repeat"]) == (True, False, True)
    assert [one["kinds"] for one in repeated["cases"]] == [["opened"]]
    assert [case.first_message for case in program.ask(lambda stores: cases.listed(stores.desk, Asked()))] == ["file:1"]
