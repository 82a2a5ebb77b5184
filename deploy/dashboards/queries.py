"""Queries as Grafana's own data source model: what is asked, and how it is split.

The Lucene text holds Grafana's variables; `All` of one stands for (*:*), so that it also lets in what has no value there.
"""

from collections.abc import Sequence

from grafana_foundation_sdk.cog.variants import Dataquery
from grafana_foundation_sdk.models import elasticsearch as elastic
from grafana_foundation_sdk.models import expr
from grafana_foundation_sdk.models.common import DataSourceRef

from core.document import Group
from core.findings import ONE_LABEL, UNCERTAIN
from deploy.dashboards.fields import CREATED, DAYS, HAPPENED_ON, field, of_day
from picture.sentiment import UNJUDGED

ARCHIVE = DataSourceRef(type_val="elasticsearch", uid="klankbord")
CUSTOMERS = DataSourceRef(type_val="elasticsearch", uid="klankbord-customers")
CASES = DataSourceRef(type_val="elasticsearch", uid="klankbord-cases")
BACKLOG = DataSourceRef(type_val="elasticsearch", uid="klankbord-backlog")
HAPPENED = DataSourceRef(type_val="elasticsearch", uid="klankbord-happened")
EXPRESSION = DataSourceRef(type_val="__expr__", uid="__expr__")

EVERYTHING = "*"
"""Whatever the alias shows."""

ALL = "(*:*)"
"""Value of a variable that narrows nothing: `field:(*:*)` is everything, where `field:*` would ask for a value."""

WHOLE = {known.group: known.labels for known in ONE_LABEL if known.labels}
"""Findings of which a mention has one label of a closed list, the undecided or none: those shares are all of the mentions."""

ALL_TIME = "100000d"
"""A stretch from 1970 that holds whatever there is: Grafana counts nothing that it does not split."""

_EXACT = "40000"
"""Up to so many different values are counted all but exactly, more of them to within a percent or two: the most that
Elasticsearch takes as `precision_threshold`.
"""

MOST = 100
"""Rows where all of them are wanted: monitors, topics."""


def narrowed(**variables: Group) -> str:
    """A Lucene text that lets each Grafana variable narrow its field."""
    return " AND ".join(f"{field(group)}:${name}" for name, group in variables.items())


def whole(by: Group) -> list[elastic.Filter]:
    """The labels of a finding of WHOLE, the undecided and those nobody looked at, each as the query of its mentions."""
    name, labels = field(by), WHOLE[by]
    each = {one: f"{name}:{one}" for one in labels}
    each[UNCERTAIN] = f"_exists_:{name} AND NOT {name}:({' OR '.join(labels)})"
    each[UNJUDGED] = f"NOT _exists_:{name}"
    return [elastic.Filter(query=query, label=label) for label, query in each.items()]


def over_time(
    query: str,
    *,
    ref: str = "A",
    by: Group | None = None,
    size: int = 12,
    empty: bool = False,
    metric: elastic.MetricAggregation | None = None,
    hide: bool = False,
) -> elastic.Dataquery:
    """Mentions (or `metric`) in stretches of time, one series a value of `by`: the `size` most frequent ones.

    `empty` keeps values that nothing was found of. One series an answer where `by` is a finding of WHOLE.
    """
    split: list[elastic.BucketAggregation] = []
    if by in WHOLE:
        split.append(elastic.Filters(id_val="3", settings=elastic.ElasticsearchFiltersSettings(filters=whole(by))))
    elif by is not None:
        split.append(_most_frequent("3", by, size, least="0" if empty else "1"))
    settings = elastic.ElasticsearchDateHistogramSettings(interval="auto", min_doc_count="0", trim_edges="0")
    split.append(elastic.DateHistogram(id_val="2", field=CREATED, settings=settings))
    return asked(query, ref=ref, split=split, metrics=[metric or elastic.Count(id_val="1")], hide=hide)


def voices(query: str) -> elastic.Dataquery:
    """Mentions, all copies of a text together counted as one: how many numbers sinks._copies gave them."""
    settings = elastic.ElasticsearchDateHistogramSettings(interval=ALL_TIME, min_doc_count="0", trim_edges="0")
    split = elastic.DateHistogram(id_val="2", field=CREATED, settings=settings)
    exact = elastic.ElasticsearchUniqueCountSettings(precision_threshold=_EXACT)
    texts = elastic.UniqueCount(id_val="1", field=field("copy"), settings=exact)
    return asked(query, split=[split], metrics=[texts])


def most_frequent(query: str, by: Group, *, size: int = 12) -> elastic.Dataquery:
    """A table of values with their mentions, most first."""
    return asked(query, split=[_most_frequent("3", by, size)], metrics=[elastic.Count(id_val="1")])


def most_followed(query: str, *, size: int = 12) -> elastic.Dataquery:
    """A table of accounts with their mentions and the most followers that were read with one of them."""
    settings = terms(size, order_by="2")
    account = elastic.Terms(id_val="3", field=field(Group.AUTHOR), settings=settings)
    followers = elastic.Max(id_val="2", field=field("followers"))
    return asked(query, split=[account], metrics=[elastic.Count(id_val="1"), followers])


def latest(query: str, *, size: int = 50) -> elastic.Dataquery:
    """The newest mentions themselves."""
    return asked(query, split=[], metrics=[_whole(size)])


def documents(query: str, *, size: int = 50) -> elastic.Dataquery:
    """Documents of customers themselves."""
    return asked(query, split=[], metrics=[_whole(size)], source=CUSTOMERS, time=DAYS)


def recommended() -> list[Dataquery]:
    """100 x (promoters - detractors) / answers, day by day: desk.happenings.figures.recommended."""
    day = elastic.ElasticsearchDateHistogramSettings(interval="1d", min_doc_count="0", trim_edges="0")
    split = elastic.DateHistogram(id_val="2", field=HAPPENED_ON, settings=day)
    answers = f"_exists_:{of_day('graded')}"
    sums = [
        asked(
            answers,
            split=[split],
            metrics=[elastic.Sum(id_val="1", field=of_day(name))],
            ref=ref,
            hide=True,
            source=HAPPENED,
            time=HAPPENED_ON,
        )
        for ref, name in (("A", "promoters"), ("B", "detractors"), ("C", "graded"))
    ]
    return [*sums, calculated("100 * ($A - $B) / $C", ref="D")]


def total(of: str, *, ref: str, hide: bool = True) -> expr.TypeReduce:
    """The sum of each series of another query."""
    return expr.TypeReduce(datasource=EXPRESSION, expression=of, reducer="sum", ref_id=ref, hide=hide)


def calculated(expression: str, *, ref: str) -> expr.TypeMath:
    """Figures of other queries put together."""
    return expr.TypeMath(datasource=EXPRESSION, expression=expression, ref_id=ref)


def of_sums(sides: Sequence[Dataquery], formula: str) -> list[Dataquery]:
    """Queries A and B, and what the formula makes of their sums, $C and $D."""
    return [*sides, total("A", ref="C"), total("B", ref="D"), calculated(formula, ref="E")]


def asked(
    query: str,
    *,
    split: list[elastic.BucketAggregation],
    metrics: list[elastic.MetricAggregation],
    ref: str = "A",
    hide: bool = False,
    source: DataSourceRef = ARCHIVE,
    time: str = CREATED,
) -> elastic.Dataquery:
    """What a data source is asked: how it is split, and what is counted of each part."""
    return elastic.Dataquery(
        query=query,
        time_field=time,
        bucket_aggs=split,
        metrics=metrics,
        ref_id=ref,
        hide=hide or None,
        datasource=source,
    )


def _whole(size: int) -> elastic.RawData:
    return elastic.RawData(id_val="1", settings=elastic.ElasticsearchRawDataSettings(size=str(size)))


def _most_frequent(identifier: str, by: Group, size: int, *, least: str = "1") -> elastic.Terms:
    return elastic.Terms(id_val=identifier, field=field(by), settings=terms(size, least=least))


def terms(size: int, *, order_by: str = "_count", least: str = "1") -> elastic.ElasticsearchTermsSettings:
    """The most of them first."""
    return elastic.ElasticsearchTermsSettings(
        order=elastic.TermsOrder.DESC, size=str(size), min_doc_count=least, order_by=order_by
    )
