"""JSON schemas made of Grafana's own types: npm's @grafana/schema by ts-json-schema-generator, kept in the cache folder."""

import hashlib
import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from deploy.engines.cache import alone
from klankbord.caching import cache_folder

HERE = Path(__file__).parent / "schema"
_TYPES = "node_modules/@grafana/schema/dist/types/raw"
_QUERY = f"{_TYPES}/composable/elasticsearch/dataquery/x/types.gen.d.ts"
MADE = {
    "dashboard": (f"{_TYPES}/dashboard/x/types.gen.d.ts", "Dashboard"),
    "bucket": (_QUERY, "BucketAggregation"),
    "metric": (_QUERY, "MetricAggregation"),
} | {
    plugin: (f"{_TYPES}/composable/{plugin}/panelcfg/x/types.gen.d.ts", "Options")
    for plugin in ("stat", "timeseries", "piechart", "bargauge", "table")
}


def schema(name: str) -> Any:
    """The schema of a dashboard, of how a query splits and what it counts, or of a panel plugin's options. Any: as JSON comes."""
    return json.loads((_folder() / f"{name}.json").read_text())


def _folder() -> Path:
    wanted = (HERE / "package-lock.json").read_bytes() + json.dumps(MADE).encode()
    folder = cache_folder() / f"grafana-schema-{hashlib.sha256(wanted).hexdigest()[:12]}"
    if folder.is_dir():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with alone(folder.parent, print):
        if not folder.is_dir():
            with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".grafana-schema-") as made:
                (into := Path(made) / "files").mkdir()
                _make(Path(made), into)
                into.rename(folder)
    return folder


def _make(place: Path, into: Path) -> None:
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, place)
    _run(place, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    for name, (types, kind) in MADE.items():
        generator = "node_modules/.bin/ts-json-schema-generator"
        _run(place, generator, "--path", types, "--type", kind, "--no-type-check", "-o", str(into / f"{name}.json"))


def _run(place: Path, *command: str) -> None:
    assert shutil.which(command[0]) or (place / command[0]).exists(), (
        f"{command[0]} is missing; on Debian: apt-get install npm"
    )
    done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=False)
    assert not done.returncode, f"{' '.join(command)}: {done.stderr[-2000:]}"
