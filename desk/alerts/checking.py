"""What is wrong with an alert beyond its own fields: its query, its monitor, whether what it needs is there."""

from collections.abc import Callable, Sequence

from core.errors import KlankbordError
from core.query import AnyNode
from core.settings import nearest
from desk.alerts.alert import Alert


def wrong_with(
    alert: Alert, *, monitors: Sequence[str], parse: Callable[[str], AnyNode], sends_mail: bool
) -> list[str]:
    """A sentence for each mistake."""
    wrong: list[str] = []
    if alert.monitor and alert.monitor not in monitors:
        near = nearest(alert.monitor, monitors) if monitors else "there are none yet"
        wrong.append(f'monitor: there is no "{alert.monitor}"; {near}')
    if alert.query:
        try:
            parse(alert.query)
        except KlankbordError as error:
            wrong.append(f"query: {error}")
    if alert.to and not sends_mail:
        wrong.append("to: no mail server is configured; give klankbord.yaml a `mail:` with host and sender")
    return wrong
