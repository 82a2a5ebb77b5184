"""A panel as we say it, and in Grafana's model."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from grafana_foundation_sdk.cog.variants import Dataquery
from grafana_foundation_sdk.models import bargauge, common, piechart, stat, timeseries

from deploy.dashboards.grafana import dashboard
from deploy.dashboards.written import plain

WIDTH = 24
"""Columns of Grafana's grid."""

_COARSE = "1d"
"""Shortest stretch of time that is counted apart where only the sum is shown: a thirtieth of the work."""


class Shape(StrEnum):
    """How a panel shows its series, by Grafana's name of the plugin."""

    FIGURE = "stat"
    LINES = "timeseries"
    SHARES = "piechart"
    BARS = "bargauge"
    ROWS = "table"


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One panel.

    question  what it answers, for people; `title` is short
    sums      which figure a series is reduced to where it is shown as one
    unit      Grafana's name of one
    stacked   series over time as bars on one another
    columns   of a table: names in the data and what to call them, in order
    units     of columns that are no plain figures, by what they are called
    name      of a series, from its labels
    link      where on klankbord's page a click leads, without host
    last      a stretch of time that the panel always shows, whatever the dashboard does ("14d")
    """

    title: str
    question: str
    shape: Shape
    targets: Sequence[Dataquery]
    width: int = 12
    height: int = 8
    sums: str = "sum"
    unit: str = "short"
    stacked: bool = False
    columns: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    name: str = ""
    link: str = ""
    last: str = ""


def placed(panels: Sequence[Panel]) -> list[dashboard.Panel]:
    """In Grafana's model, from left to right and from top to bottom, with numbers from 1."""
    found, x, y, lowest = [], 0, 0, 0
    for number, one in enumerate(panels, start=1):
        if x + one.width > WIDTH:
            x, y = 0, lowest
        found.append(_panel(one, number, dashboard.GridPos(h=one.height, w=one.width, x=x, y=y)))
        x, lowest = x + one.width, max(lowest, y + one.height)
    return found


def _panel(one: Panel, number: int, place: dashboard.GridPos) -> dashboard.Panel:
    return dashboard.Panel(
        id_val=number,
        type_val=one.shape,
        title=one.title,
        description=one.question,
        datasource=getattr(one.targets[0], "datasource", None),
        targets=list(one.targets),
        grid_pos=place,
        time_from=one.last or None,
        interval=_COARSE if one.shape in (Shape.FIGURE, Shape.SHARES, Shape.BARS) else None,
        options=_OPTIONS[one.shape](one),
        field_config=dashboard.FieldConfigSource(defaults=_field(one), overrides=_units(one.units) or None),
        transformations=_columns(one.columns) if one.columns else None,
    )


def _field(one: Panel) -> dashboard.FieldConfig:
    links = (
        [dashboard.DashboardLink(title="on klankbord's page", url=one.link, target_blank=True)] if one.link else None
    )
    custom = _bars() if one.stacked else None
    return dashboard.FieldConfig(unit=one.unit, display_name=one.name or None, links=links, custom=custom)


def _units(units: Mapping[str, str]) -> list[dashboard.DashboardFieldConfigSourceOverrides]:
    return [
        dashboard.DashboardFieldConfigSourceOverrides(
            matcher=dashboard.MatcherConfig(id_val="byName", options=name),
            properties=[dashboard.DynamicConfigValue(id_val="unit", value=unit)],
        )
        for name, unit in units.items()
    ]


def _bars() -> common.GraphFieldConfig:
    stacking = common.StackingConfig(mode=common.StackingMode.NORMAL, group="A")
    return common.GraphFieldConfig(draw_style=common.GraphDrawStyle.BARS, fill_opacity=70, stacking=stacking)


def _columns(columns: Mapping[str, str]) -> list[dashboard.DataTransformerConfig]:
    """Of all that a document holds these alone, in this order."""
    only = {"include": {"names": list(columns)}}
    order = {"indexByName": {name: place for place, name in enumerate(columns)}, "renameByName": dict(columns)}
    return [
        dashboard.DataTransformerConfig(id_val="filterFieldsByName", options=only),
        dashboard.DataTransformerConfig(id_val="organize", options=order),
    ]


def _reduced(one: Panel) -> common.ReduceDataOptions:
    """A series becomes one figure; rows of a table stay rows."""
    rows = any(_gives_rows(target) for target in one.targets)
    return common.ReduceDataOptions(values=rows, calcs=[one.sums], fields="")


def _gives_rows(target: Dataquery) -> bool:
    """Whether the answer is a table: split, and not over time."""
    split = [bucket.type_val for bucket in getattr(target, "bucket_aggs", None) or ()]
    return bool(split) and "date_histogram" not in split


_LEGEND = common.VizLegendOptions(
    display_mode=common.LegendDisplayMode.LIST, placement=common.LegendPlacement.BOTTOM, show_legend=True, calcs=[]
)
_TOOLTIP = common.VizTooltipOptions(mode=common.TooltipDisplayMode.MULTI, sort=common.SortOrder.DESCENDING)

_OPTIONS: Mapping[Shape, Callable[[Panel], object]] = {
    Shape.FIGURE: lambda one: stat.Options(reduce_options=_reduced(one), graph_mode=common.BigValueGraphMode.NONE),
    Shape.LINES: lambda _one: timeseries.Options(legend=_LEGEND, tooltip=_TOOLTIP),
    Shape.SHARES: lambda one: (
        plain(
            piechart.Options(
                reduce_options=_reduced(one), display_labels=[piechart.PieChartLabels.PERCENT], tooltip=_TOOLTIP
            )
        )
        | {"sort": "desc"}
    ),  # newer than the library
    Shape.BARS: lambda one: bargauge.Options(
        reduce_options=_reduced(one), orientation=common.VizOrientation.HORIZONTAL
    ),
    Shape.ROWS: lambda _one: {"frameIndex": 0, "showHeader": True, "cellHeight": "sm"},  # its footer moved since
}
