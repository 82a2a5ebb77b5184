"""Addresses of klankbord's page as Grafana fills them in, and the variable that says where the page is."""

from core.errors import Misconfigured
from core.settings import nearest
from deploy.dashboards.grafana import dashboard
from desk.web.view import View

WHERE = "http://127.0.0.1:8420"
_MENTION = "/mention"
_SEARCH = "/search"


def mention(identifier: str) -> str:
    """One mention; `identifier` is Grafana's way to say its id."""
    return f"${{page}}{_MENTION}?id={identifier}"


def search(**parameters: str) -> str:
    """A list of mentions over the dashboard's range. Raises Misconfigured for a parameter that the page does not know."""
    known = View.__struct_fields__
    for name in parameters:
        if name not in known:
            raise Misconfigured([f'the page knows no "{name}"; {nearest(name, known)}'])
    asked = {**parameters, "since": "${__from:date:iso}", "until": "${__to:date:iso}"}
    return f"${{page}}{_SEARCH}?" + "&".join(f"{name}={value}" for name, value in asked.items())


def variable(where: str) -> dashboard.VariableModel:
    """Where the page is, not shown."""
    return dashboard.VariableModel(
        type_val=dashboard.VariableType.CONSTANT,
        name="page",
        query=where,
        hide=dashboard.VariableHide.HIDE_VARIABLE,
        skip_url_sync=True,
        current=dashboard.VariableOption(text=where, value=where, selected=True),
        auto=None,
        auto_min=None,
        auto_count=None,
    )
