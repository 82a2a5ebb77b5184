"""Queries of the documents of cases: those opened in the range, and those that still wait."""

from grafana_foundation_sdk.models import elasticsearch as elastic

from core.case import Kept
from deploy.dashboards.fields import OPEN, OPENED, of_case
from deploy.dashboards.queries import ALL_TIME, BACKLOG, CASES, asked, terms

WAITING = f"{of_case('state')}:(open OR snoozed)"
"""Cases that somebody still has to do something for."""


def narrowed(**variables: str) -> str:
    """A Lucene text that lets each Grafana variable narrow its field."""
    return " AND ".join(f"{of_case(field)}:${name}" for name, field in variables.items())


def over_time(query: str, *, by: str | None = None, ref: str = "A", hide: bool = False) -> elastic.Dataquery:
    """Cases by when they were opened, one series a value of `by`."""
    split: list[elastic.BucketAggregation] = [_time("auto")]
    if by is not None:
        split.insert(0, elastic.Terms(id_val="3", field=of_case(by), settings=terms(12)))
    return _of_cases(query, split, elastic.Count(id_val="1"), ref=ref, hide=hide)


def kept_or_not(query: str) -> elastic.Dataquery:
    """Cases by whether what was promised was kept, by when they were opened."""
    each = [elastic.Filter(query=f"{of_case('in_sla')}:{one}", label=one) for one in Kept]
    split = elastic.Filters(id_val="3", settings=elastic.ElasticsearchFiltersSettings(filters=each))
    return _of_cases(query, [split, _time("auto")], elastic.Count(id_val="1"))


def percentile(query: str, field: str, percent: int, *, over_time: bool = False) -> elastic.Dataquery:
    """Within how many seconds that share of all had it, of all cases together or of each stretch of time."""
    settings = elastic.ElasticsearchPercentilesSettings(percents=[str(percent)])
    metric = elastic.Percentiles(id_val="1", field=of_case(field), settings=settings)
    return _of_cases(query, [_time("auto" if over_time else ALL_TIME)], metric)


def most_frequent(query: str, by: str) -> elastic.Dataquery:
    """A table of values with their cases, most first."""
    return _of_cases(query, [_values(by)], elastic.Count(id_val="1"))


def backlog(query: str, by: str) -> elastic.Dataquery:
    """A table of values with the cases that were open in the range and still wait, whenever they were opened."""
    split: list[elastic.BucketAggregation] = [_values(by)]
    metrics: list[elastic.MetricAggregation] = [elastic.Count(id_val="1")]
    return asked(f"({query}) AND {WAITING}", split=split, metrics=metrics, source=BACKLOG, time=OPEN)


def _of_cases(
    query: str,
    split: list[elastic.BucketAggregation],
    metric: elastic.MetricAggregation,
    *,
    ref: str = "A",
    hide: bool = False,
) -> elastic.Dataquery:
    return asked(query, split=split, metrics=[metric], ref=ref, hide=hide, source=CASES, time=OPENED)


def _values(by: str) -> elastic.BucketAggregation:
    return elastic.Terms(id_val="3", field=of_case(by), settings=terms(12))


def _time(interval: str) -> elastic.BucketAggregation:
    settings = elastic.ElasticsearchDateHistogramSettings(interval=interval, min_doc_count="0", trim_edges="0")
    return elastic.DateHistogram(id_val="2", field=OPENED, settings=settings)
