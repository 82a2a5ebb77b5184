"""Every file that `klankbord dashboards build` writes, by its path below the folder."""

from collections.abc import Mapping
from typing import Any

import yaml

from deploy.dashboards import crisis, customer, overview, page, pipeline, response
from deploy.dashboards.alerts import RULES, provisioned
from deploy.dashboards.board import Board, built
from deploy.dashboards.provisioning import provider, sources
from deploy.dashboards.written import plain, text

BOARDS: tuple[Board, ...] = (overview.BOARD, customer.BOARD, response.BOARD, crisis.BOARD, pipeline.BOARD)

_MADE = "# Written by `klankbord dashboards build`; changes here are lost.\n"


def boards(where: str = page.WHERE) -> list[dict[str, Any]]:
    """The dashboards alone, as JSON comes; `where` is the address of klankbord's page."""
    return [plain(built(board, where)) for board in BOARDS]


def files(where: str = page.WHERE) -> Mapping[str, str]:
    """Path to content; `where` is the address of klankbord's page."""
    shown = {f"dashboards/{board['uid']}.json": text(board) for board in boards(where)}
    panels = {panel.title: number for number, panel in enumerate(overview.BOARD.panels, start=1)}
    rules = provisioned(RULES, board=overview.BOARD.uid, panels=panels)
    return shown | {
        "dashboards/klankbord.yaml": _yaml(provider()),
        "datasources/klankbord.yaml": _yaml(sources()),
        "alerting/klankbord.yaml": _yaml(rules),
    }


def _yaml(content: object) -> str:
    return _MADE + yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=120)
