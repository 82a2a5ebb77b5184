"""Variables that a person narrows a dashboard by, filled from what the archive holds."""

import json

from core.document import Group
from deploy.dashboards.fields import field
from deploy.dashboards.grafana import dashboard
from deploy.dashboards.queries import ALL, ARCHIVE

_MOST = 500


def several(name: str, label: str, group: Group) -> dashboard.VariableModel:
    """Any of a field's values, at first all of them."""
    asked = {"find": "terms", "field": field(group), "size": _MOST}
    current = dashboard.VariableOption(text=["All"], value=["$__all"], selected=True)
    return _asked(name, label, asked, current=current, every=True)


def chosen(name: str, label: str, group: Group, *, most: int) -> dashboard.VariableModel:
    """Any of a field's `most` frequent values, or others that a person writes; at first none."""
    asked = {"find": "terms", "field": field(group), "size": most, "orderBy": "doc_count", "order": "desc"}
    return _asked(name, label, asked, current=None, every=False)


def _asked(
    name: str, label: str, asked: dict[str, object], *, current: dashboard.VariableOption | None, every: bool
) -> dashboard.VariableModel:
    return dashboard.VariableModel(
        type_val=dashboard.VariableType.QUERY,
        name=name,
        label=label,
        query=json.dumps(asked),
        datasource=ARCHIVE,
        refresh=dashboard.VariableRefresh.ON_TIME_RANGE_CHANGED,
        multi=True,
        include_all=every,
        all_value=ALL if every else None,
        current=current,
        auto=None,
        auto_min=None,
        auto_count=None,
    )
