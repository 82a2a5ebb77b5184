"""Variables that a person narrows a dashboard by, filled from what the archive holds."""

import json

from grafana_foundation_sdk.models.common import DataSourceRef

from core.document import Group
from deploy.dashboards.fields import field, of_case, of_customer
from deploy.dashboards.grafana import dashboard
from deploy.dashboards.queries import ALL, ARCHIVE, CASES, CUSTOMERS

_MOST = 500
_MOST_CUSTOMERS = 1000
_EVERY = dashboard.VariableOption(text=["All"], value=["$__all"], selected=True)

_NAMED = r"/^(?<text>.*) \((?<value>[^()]+)\)$/"
"""How Grafana tells what is shown from what is chosen in "name (id)": named groups of an option's text."""


def several(name: str, label: str, group: Group) -> dashboard.VariableModel:
    """Any of a field's values, at first all of them."""
    asked = {"find": "terms", "field": field(group), "size": _MOST}
    return _asked(name, label, asked, current=_EVERY, every=True, all_value=ALL)


def of_cases(name: str, label: str, field: str) -> dashboard.VariableModel:
    """Any value of a field of the cases opened in the range, at first all of them."""
    asked = {"find": "terms", "field": of_case(field), "size": _MOST}
    return _asked(name, label, asked, current=_EVERY, every=True, all_value=ALL, source=CASES)


def customers(name: str, label: str) -> dashboard.VariableModel:
    """Customers by the name in front of their id; at first the first of them. Of more than `_MOST_CUSTOMERS` a person writes the id."""
    asked = {"find": "terms", "field": of_customer("label"), "size": _MOST_CUSTOMERS, "orderBy": "key"}
    model = _asked(name, label, asked, current=None, every=False, source=CUSTOMERS)
    model.regex = _NAMED
    return model


def accounts_of(customer: str, name: str, label: str) -> dashboard.VariableModel:
    """Accounts of the customers chosen in that variable, or others that a person writes; at first all of them."""
    of_those = f"{of_customer('id')}:${customer}"
    asked = {"find": "terms", "field": of_customer("accounts"), "query": of_those, "size": _MOST}
    return _asked(name, label, asked, current=_EVERY, every=True, source=CUSTOMERS)


def _asked(
    name: str,
    label: str,
    asked: dict[str, object],
    *,
    current: dashboard.VariableOption | None,
    every: bool,
    all_value: str | None = None,
    source: DataSourceRef = ARCHIVE,
) -> dashboard.VariableModel:
    return dashboard.VariableModel(
        type_val=dashboard.VariableType.QUERY,
        name=name,
        label=label,
        query=json.dumps(asked),
        datasource=source,
        refresh=dashboard.VariableRefresh.ON_TIME_RANGE_CHANGED,
        multi=True,
        include_all=every,
        all_value=all_value,
        current=current,
        auto=None,
        auto_min=None,
        auto_count=None,
    )
