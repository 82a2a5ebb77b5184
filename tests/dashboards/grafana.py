"""What Grafana does with a panel, as its published source says: variables, what its Elasticsearch data source sends, frames.

Rules from grafana/grafana (pkg/tsdb/elasticsearch: data_query_processor.go, aggregation_factory.go, client/client.go,
response_parser.go; pkg/expr) and grafana/scenes (variables/interpolation/formatRegistry.ts). It knows what our
panels use and raises for everything else, so that a panel cannot rest on something Grafana would leave out.
"""

import json
import math
import re
import ssl
import urllib.request
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import yaml

from deploy.dashboards.files import files

ALL = "$__all"
_SPECIAL = re.compile(r"([!*+\-=<>\s&|()\[\]{}^~?:\\/\"])")
_VARIABLE = re.compile(r"\$(\w+)|\$\{(\w+)(?::(\w+))?\}")


@dataclass(frozen=True)
class Door:
    """Where the engine answers, and as whom we ask; `customers` and `cases` are aliases of the other data sources."""

    url: str
    index: str
    customers: str = ""
    cases: str = ""
    user: str = ""
    password: str = ""
    ca: Any = None


@dataclass(frozen=True)
class Range:
    """What the dashboard shows, and the length that Grafana gives a stretch of it (ms)."""

    since: datetime
    until: datetime
    interval: int = 3_600_000

    @property
    def edges(self) -> tuple[int, int]:
        return round(self.since.timestamp() * 1000), round(self.until.timestamp() * 1000)


@dataclass(frozen=True)
class Series:
    """One frame over time; `labels` tell it from the others."""

    labels: Mapping[str, str]
    points: Sequence[tuple[int, float | None]]


@dataclass(frozen=True)
class Number:
    labels: Mapping[str, str]
    value: float


@dataclass(frozen=True)
class Table:
    columns: Mapping[str, Sequence[Any]] = field(default_factory=dict)

    def rows(self, *names: str) -> list[tuple[Any, ...]]:
        return list(zip(*(self.columns[name] for name in names), strict=True))


Frame = Series | Number | Table


# --- variables ---------------------------------------------------------------------------------------------------


def lucene(values: Sequence[str]) -> str:
    """A multi-value variable: ("a" OR "b"), each escaped unless it is a number."""
    if not values:
        return "__empty__"
    return "(" + " OR ".join(f'"{_escaped(value)}"' for value in values) + ")"


def _escaped(value: str) -> str:
    return value if re.fullmatch(r"\s*[-+]?\d*\.?\d*\s*", value) else _SPECIAL.sub(r"\\\1", value)


def interpolated(text: str, board: Mapping[str, Any], chosen: Mapping[str, Sequence[str]]) -> str:
    """The Lucene text with what a person chose; a custom value of All is put in as it is."""
    known = {one["name"]: one for one in board["templating"]["list"]}

    def value(found: re.Match[str]) -> str:
        name = found[1] or found[2]
        variable = known[name]
        values = list(chosen.get(name, (variable.get("current") or {}).get("value") or ()))
        assert variable["multi"], name
        return variable["allValue"] if values[:1] == [ALL] else lucene(values)

    return _VARIABLE.sub(value, text)


def variable_of(board: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    (found,) = (one for one in board["templating"]["list"] if one["name"] == name)
    return found


def options_of(
    door: Door, board: Mapping[str, Any], name: str, span: Range, **chosen: Sequence[str]
) -> list[tuple[str, str]]:
    """What a query variable offers, as (shown, value): QueryBuilder.ts, getTermsQuery; datasource.ts, metricFindQuery.

    Groups of the regex that are named text and value tell one from the other: docs, "Filter variables with regex".
    """
    variable = variable_of(board, name)
    asked = json.loads(variable["query"])
    unknown = asked.keys() - {"find", "field", "size", "orderBy", "order", "query"}
    assert asked["find"] == "terms", asked
    assert not unknown, unknown
    by = {"key": "_key", "term": "_key", "doc_count": "_count"}[asked.get("orderBy", "key")]
    order = asked.get("order", "desc" if by == "_count" else "asc")
    terms = {"field": asked["field"], "size": asked.get("size", 500), "order": {by: order}}
    door, time = asked_at(door, variable)
    filters: list[dict[str, Any]] = [_range(time, span)]
    if text := asked.get("query"):
        query = interpolated(text, board, chosen)
        filters.append({"query_string": {"analyze_wildcard": True, "query": query}})
    body = {"size": 0, "query": {"bool": {"filter": filters}}, "aggs": {"1": {"terms": terms}}}
    (answer,) = sent(door, [body])
    keys = [bucket["key"] for bucket in answer["aggregations"]["1"]["buckets"]]
    return list(_told_apart(keys, variable.get("regex") or ""))


def asked_at(door: Door, asking: Mapping[str, Any]) -> tuple[Door, str]:
    """The data source that a query or variable names: its alias and the field of its time."""
    source = sources()[asking["datasource"]["uid"]]["jsonData"]
    known = {"klankbord-shown": door.index, "klankbord-customers": door.customers, "klankbord-cases": door.cases}
    return replace(door, index=known[source["index"]]), source["timeField"]


def sources() -> Mapping[str, Mapping[str, Any]]:
    """The provisioned data sources, by uid."""
    found = yaml.safe_load(files()["datasources/klankbord.yaml"])["datasources"]
    return {one["uid"]: one for one in found}


def _told_apart(keys: Sequence[str], regex: str) -> Iterator[tuple[str, str]]:
    if not regex:
        yield from ((key, key) for key in keys)
        return
    assert (regex[0], regex[-1]) == ("/", "/"), regex
    pattern = re.compile(regex[1:-1].replace("(?<", "(?P<"))
    yield from ((one["text"], one["value"]) for one in map(pattern.search, keys) if one)


# --- what the data source sends -----------------------------------------------------------------------------------


def sent(door: Door, bodies: Sequence[Mapping[str, Any]], interval: int = 3_600_000) -> list[dict[str, Any]]:
    """One _msearch, as the data source's client sends it. Raises AssertionError where any part of the answer is an error."""
    head = {"search_type": "query_then_fetch", "ignore_unavailable": True, "index": door.index}
    lines = [json.dumps(part) for body in bodies for part in (head, body)]
    payload = "".join(line.replace("$__interval_ms", str(interval)) + "\n" for line in lines)
    request = urllib.request.Request(
        f"{door.url}/_msearch?max_concurrent_shard_requests=5",
        payload.encode(),
        {"content-type": "application/x-ndjson"},
    )
    if door.user:
        request.add_header("authorization", "Basic " + b64encode(f"{door.user}:{door.password}".encode()).decode())
    context = ssl.create_default_context(cafile=door.ca) if door.ca else None
    with urllib.request.urlopen(request, timeout=120, context=context) as answer:
        found = json.load(answer)["responses"]
    for one in found:
        assert "error" not in one, one["error"]
        assert not one["timed_out"]
        assert not one["_shards"]["failed"]
    return found


def _range(name: str, span: Range) -> dict[str, Any]:
    since, until = span.edges
    return {"range": {name: {"gte": since, "lte": until, "format": "epoch_millis"}}}


def body_of(target: Mapping[str, Any], span: Range) -> dict[str, Any]:
    """The search of one query whose variables are filled in."""
    known = {"alias", "query", "timeField", "bucketAggs", "metrics", "refId", "hide", "datasource", "intervalMs"}
    assert not (unknown := target.keys() - known - {"maxDataPoints"}), unknown
    text = {"query_string": {"analyze_wildcard": True, "query": target["query"]}}
    filters = [_range(target["timeField"], span), *([text] if target["query"] else [])]
    body: dict[str, Any] = {"size": 0, "query": {"bool": {"filter": filters if len(filters) > 1 else filters[0]}}}
    metrics = target["metrics"]
    if metrics[0]["type"] == "raw_data":
        return body | _documents(metrics[0], target["timeField"])
    assert target["bucketAggs"], "no way to split: Grafana refuses it"
    within = body
    for bucket in target["bucketAggs"]:
        within["aggs"] = {bucket["id"]: (made := _bucket(bucket, metrics, span))}
        within = made
    asked = {one["id"]: _counted(one) for one in metrics if _known_metric(one) != "count"}
    if asked:
        within["aggs"] = {**within.get("aggs", {}), **asked}
    return body


def _documents(metric: Mapping[str, Any], time: str) -> dict[str, Any]:
    assert metric.keys() <= {"id", "type", "settings"}
    return {
        "size": int(metric["settings"]["size"]),
        "sort": [{time: {"order": "desc", "unmapped_type": "boolean"}}, {"_doc": {"order": "desc"}}],
        "docvalue_fields": [time],
        "script_fields": {},
        "fields": [{"field": time, "format": "strict_date_optional_time_nanos"}],
    }


def _known_metric(metric: Mapping[str, Any]) -> str:
    kind = metric["type"]
    settings = {
        "count": set(), "min": set(), "max": set(), "sum": set(), "cardinality": {"precision_threshold"}, "percentiles": {"percents"},
    }[kind]  # fmt: skip
    assert metric.keys() <= {"id", "type", "field", "settings"}, metric
    assert metric.get("settings", {}).keys() <= settings, metric
    return kind


def _counted(metric: Mapping[str, Any]) -> dict[str, Any]:
    """Settings go along as they stand, text where we wrote text: generateSettingsForDSL."""
    return {metric["type"]: {"field": metric["field"], **metric.get("settings", {})}}


def _bucket(bucket: Mapping[str, Any], metrics: Sequence[Mapping[str, Any]], span: Range) -> dict[str, Any]:
    settings = bucket["settings"]
    match bucket["type"]:
        case "date_histogram":
            interval = settings["interval"]
            assert settings == {"interval": interval, "min_doc_count": "0", "trimEdges": "0"}, settings
            assert interval == "auto" or re.fullmatch(r"\d+[smhd]", interval), settings
            since, until = span.edges
            return {
                "date_histogram": {
                    "field": bucket["field"],
                    "fixed_interval": "$__interval_msms" if interval == "auto" else interval,
                    "min_doc_count": 0,
                    "extended_bounds": {"min": since, "max": until},
                    "format": "epoch_millis",
                }
            }
        case "filters":
            asked = {one["label"]: one["query"] for one in settings["filters"]}
            queries = {
                name: {"query_string": {"query": text, "analyze_wildcard": True}} for name, text in asked.items()
            }
            return {"filters": {"filters": queries}}
        case "terms":
            return _terms(bucket, metrics)
    raise AssertionError(bucket)


def _terms(bucket: Mapping[str, Any], metrics: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    settings = bucket["settings"]
    assert settings.keys() == {"size", "order", "orderBy", "min_doc_count"}, settings
    asked = {
        "field": bucket["field"],
        "size": int(settings["size"]),
        "min_doc_count": int(settings["min_doc_count"]),
        "order": {settings["orderBy"]: settings["order"]},
    }
    if settings["orderBy"] == "_count":
        return {"terms": asked}
    (ranked,) = (one for one in metrics if one["id"] == settings["orderBy"])
    return {"terms": asked, "aggs": {ranked["id"]: {ranked["type"]: {"field": ranked["field"]}}}}


# --- what it makes of the answer ----------------------------------------------------------------------------------


def frames_of(target: Mapping[str, Any], answer: Mapping[str, Any]) -> list[Frame]:
    """Frames of one query's answer."""
    if target["metrics"][0]["type"] == "raw_data":
        return [_listed(answer["hits"]["hits"], target["timeField"])] if answer["hits"]["hits"] else []
    return _split(answer["aggregations"], target["bucketAggs"], target, {})


def _split(
    found: Mapping[str, Any], buckets: Sequence[Mapping[str, Any]], target: Mapping[str, Any], labels: Mapping[str, str]
) -> list[Frame]:
    bucket, *deeper = buckets
    parts = found[bucket["id"]]["buckets"]
    if not deeper:
        if bucket["type"] == "date_histogram":
            return [one for metric in target["metrics"] for one in _over_time(parts, metric, labels)]
        assert isinstance(parts, list), "filters that are not split over time give Grafana no rows"
        assert not labels
        return [_table(parts, bucket["field"], target["metrics"])] if parts else []
    named = parts.items() if isinstance(parts, dict) else ((part["key"], part) for part in parts)
    name = "filter" if isinstance(parts, dict) else bucket["field"]
    return [one for key, part in named for one in _split(part, deeper, target, {**labels, name: key})]


def _over_time(
    parts: Sequence[Mapping[str, Any]], metric: Mapping[str, Any], labels: Mapping[str, str]
) -> Iterator[Series]:
    """One, or of percentiles one each, as the first stretch has them: processPercentilesMetric."""
    if metric["type"] != "percentiles":
        yield Series(labels, [(int(part["key"]), _value(part, metric)) for part in parts])
        return
    for name in sorted(parts[0][metric["id"]]["values"]) if parts else ():
        yield Series(labels, [(int(part["key"]), part[metric["id"]]["values"][name]) for part in parts])


def _value(part: Mapping[str, Any], metric: Mapping[str, Any]) -> float | None:
    return part["doc_count"] if metric["type"] == "count" else part[metric["id"]]["value"]


def _table(parts: Sequence[Mapping[str, Any]], name: str, metrics: Sequence[Mapping[str, Any]]) -> Table:
    called = {"count": "Count", "max": "Max", "min": "Min"}
    columns: dict[str, list[Any]] = {name: [part["key"] for part in parts]}
    return Table(columns | {called[one["type"]]: [_value(part, one) for part in parts] for one in metrics})


def _listed(hits: Sequence[Mapping[str, Any]], time: str) -> Table:
    documents = [{"_id": hit["_id"], **_flat(hit["_source"]), time: hit["fields"][time][0]} for hit in hits]
    names = sorted({name for document in documents for name in document})
    return Table({name: [document.get(name) for document in documents] for name in names})


def _flat(source: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in source.items():
        found |= _flat(value, f"{before}{key}.") if isinstance(value, dict) and value else {f"{before}{key}": value}
    return found


# --- expressions -------------------------------------------------------------------------------------------------

_REDUCERS = {"sum": sum}


def expressed(target: Mapping[str, Any], known: Mapping[str, Sequence[Frame]]) -> list[Frame]:
    """A server side expression over the frames of other queries."""
    assert target.keys() <= {
        "refId",
        "datasource",
        "type",
        "expression",
        "reducer",
        "hide",
        "intervalMs",
        "maxDataPoints",
    }
    if target["type"] == "reduce":
        series = [one for one in known[target["expression"]] if isinstance(one, Series)]
        return [Number(one.labels, _reduced(one, target["reducer"])) for one in series]
    assert target["type"] == "math"
    return _calculated(target["expression"], known)


def _reduced(series: Series, reducer: str) -> float:
    values = [math.nan if value is None else float(value) for _, value in series.points]
    return float(_REDUCERS[reducer](values))


def _calculated(text: str, known: Mapping[str, Sequence[Frame]]) -> list[Frame]:
    """Frames with the same labels are put together; one that has no partner is left out."""
    names = sorted(set(re.findall(r"\$(\w+)", text)))
    assert not re.search(r"[^\s\w$.()+*/<>=&|-]", text), text
    program = re.sub(r"\$(\w+)", r"\1", text).replace("&&", " and ").replace("||", " or ")
    sides = [
        {tuple(sorted(one.labels.items())): one for one in known[name] if not isinstance(one, Table)} for name in names
    ]
    shared = [labels for labels in sides[0] if all(labels in side for side in sides)]
    together = [dict(zip(names, (side[labels] for side in sides), strict=True)) for labels in shared]
    return [_put_together(program, dict(labels), parts) for labels, parts in zip(shared, together, strict=True)]


def _put_together(program: str, labels: Mapping[str, str], parts: Mapping[str, Frame]) -> Frame:
    if all(isinstance(part, Number) for part in parts.values()):
        return Number(labels, _computed(program, {name: part.value for name, part in parts.items()}))
    times = [dict(part.points) for part in parts.values()]
    shared = [at for at in times[0] if all(at in one for one in times)]
    points = [
        (at, _computed(program, {name: float(one[at]) for name, one in zip(parts, times, strict=True)}))
        for at in shared
    ]
    return Series(labels, [(at, None if math.isnan(value) else value) for at, value in points])


def _computed(program: str, values: Mapping[str, float]) -> float:
    try:
        return float(eval(program, {"__builtins__": {}}, dict(values)))  # our own file's arithmetic
    except ZeroDivisionError:
        return math.nan  # as Go's floats: 0/0; the panels divide nothing else by zero


# --- a panel -----------------------------------------------------------------------------------------------------


def panel_of(board: Mapping[str, Any], title: str) -> Mapping[str, Any]:
    (found,) = (panel for panel in board["panels"] if panel["title"] == title)
    return found


def shown(door: Door, board: Mapping[str, Any], title: str, span: Range, **chosen: Sequence[str]) -> list[Frame]:
    """What the panel of that title shows: the frames of its queries that are not hidden."""
    panel = panel_of(board, title)
    if panel.get("timeFrom"):
        span = replace(span, since=span.until - _days(panel["timeFrom"]))
    if panel.get("interval"):
        span = replace(span, interval=max(span.interval, round(_days(panel["interval"]).total_seconds() * 1000)))
    filled = json.loads(json.dumps(panel["targets"]))
    asked = [target for target in filled if target["datasource"]["type"] == "elasticsearch"]
    for target in asked:
        target["query"] = interpolated(target["query"], board, chosen)
    known_at = [asked_at(door, target) for target in asked]
    assert all(target["timeField"] == time for target, (_, time) in zip(asked, known_at, strict=True))
    (place,) = {place for place, _ in known_at}
    answers = sent(place, [body_of(target, span) for target in asked], span.interval)
    known = {target["refId"]: frames_of(target, answer) for target, answer in zip(asked, answers, strict=True)}
    for target in filled:
        if target["datasource"]["type"] == "__expr__":
            known[target["refId"]] = expressed(target, known)
    return [frame for target in filled if not target.get("hide") for frame in known[target["refId"]]]


def _days(text: str) -> timedelta:
    assert re.fullmatch(r"\d+d", text), text
    return timedelta(days=int(text[:-1]))


def figure(series: Series, sums: str = "sum") -> float:
    """A series reduced to one figure, as a panel's options ask."""
    values = [value for _, value in series.points if value is not None]
    return {"sum": sum, "min": min, "max": max}[sums](values)


def columns_of(panel: Mapping[str, Any], table: Table) -> Table:
    """The table after the panel's transformations: these columns alone, renamed, in order."""
    kept, ordered = panel["transformations"]
    assert (kept["id"], ordered["id"]) == ("filterFieldsByName", "organize")
    names = [name for name in table.columns if name in kept["options"]["include"]["names"]]
    names.sort(key=ordered["options"]["indexByName"].__getitem__)
    return Table({ordered["options"]["renameByName"][name]: table.columns[name] for name in names})


# --- annotations --------------------------------------------------------------------------------------------------


def annotated(door: Door, board: Mapping[str, Any], span: Range) -> list[dict[str, Any]]:
    """What the dashboard's annotation queries draw: datasource.ts, prepareAnnotationRequest and processHitsToAnnotationEvents
    of release 12.4, which asks by gte and lte.
    """
    return [event for query in board["annotations"]["list"] for event in _events(door, query, span)]


def _events(door: Door, query: Mapping[str, Any], span: Range) -> list[dict[str, Any]]:
    assert "index" not in query, "deprecated"
    times = [query.get("timeField") or "@timestamp", *([query["timeEndField"]] if query.get("timeEndField") else [])]
    filters: list[Any] = [{"bool": {"should": [_range(name, span) for name in times], "minimum_should_match": 1}}]
    if text := query["target"]["query"]:
        filters.append({"query_string": {"query": text}})
    (answer,) = sent(door, [{"query": {"bool": {"filter": filters}}, "size": 10000}])
    return [_event(hit["_source"], query) for hit in answer["hits"]["hits"]]


def _event(source: Mapping[str, Any], query: Mapping[str, Any]) -> dict[str, Any]:
    event = {"time": source[query["timeField"]], "text": source.get(query.get("textField") or "tags") or ""}
    if end := source.get(query.get("timeEndField", "")):
        event["timeEnd"] = end
    return event
