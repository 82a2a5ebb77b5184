"""A dashboard as we say it: who it is for, what narrows it, its panels in order."""

from collections.abc import Sequence
from dataclasses import dataclass

from deploy.dashboards import page
from deploy.dashboards.grafana import dashboard
from deploy.dashboards.notes import noted
from deploy.dashboards.panels import Panel, placed

TAG = "klankbord"


@dataclass(frozen=True, kw_only=True)
class Board:
    """One dashboard. `uid` stays for ever: links and alerts name it.

    notes  whether what people noted beside the page's charts is drawn into it
    """

    uid: str
    title: str
    description: str
    panels: Sequence[Panel]
    variables: Sequence[dashboard.VariableModel] = ()
    since: str = "now-7d"
    refresh: str = "1m"
    notes: bool = True


def built(board: Board, where: str) -> dashboard.Dashboard:
    """In Grafana's model; `where` is the address of klankbord's page."""
    siblings = dashboard.DashboardLink(
        title="klankbord", type_val=dashboard.DashboardLinkType.DASHBOARDS, tags=[TAG], as_dropdown=True, keep_time=True
    )
    home = dashboard.DashboardLink(
        title="the page", type_val=dashboard.DashboardLinkType.LINK, url=where, icon="external link", target_blank=True
    )
    return dashboard.Dashboard(
        uid=board.uid,
        title=board.title,
        description=board.description,
        tags=[TAG],
        editable=False,
        graph_tooltip=dashboard.DashboardCursorSync.CROSSHAIR,
        time=dashboard.DashboardDashboardTime(from_val=board.since, to="now"),
        timepicker=dashboard.TimePickerConfig(),
        refresh=board.refresh,
        panels=list(placed(board.panels)),
        annotations=noted() if board.notes else None,
        templating=dashboard.DashboardDashboardTemplating(list_val=[*board.variables, page.variable(where)]),
        links=[siblings, home],
    )
