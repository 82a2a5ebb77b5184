"""What people noted beside the charts of klankbord's page, drawn into the panels over time."""

from grafana_foundation_sdk.models import elasticsearch as elastic

from core.errors import Misconfigured
from core.settings import nearest
from deploy.dashboards.grafana import dashboard
from deploy.dashboards.queries import ARCHIVE, EVERYTHING
from sinks._elastic_schema import ANNOTATION

COLOR = "rgba(0, 211, 255, 1)"


class Noted(dashboard.AnnotationQuery):
    """An annotation query of the Elasticsearch data source, whose own keys stand beside the dashboard's.

    They are those of ElasticsearchAnnotationQuery (grafana/grafana, public/app/plugins/datasource/elasticsearch/types.ts).
    """

    def to_json(self) -> dict[str, object]:
        own = {"timeField": _field("since"), "timeEndField": _field("until"), "textField": _field("text")}
        return super().to_json() | own


def noted() -> dashboard.AnnotationContainer:
    """All notes of the time shown. Those that began before it and end after it are not asked for by the data source."""
    asked = elastic.Dataquery(query=EVERYTHING, ref_id="Notes", bucket_aggs=[], metrics=[])
    return dashboard.AnnotationContainer(
        list_val=[Noted(name="Notes", datasource=ARCHIVE, icon_color=COLOR, target=asked)]
    )


def _field(name: str) -> str:
    if name not in ANNOTATION:
        raise Misconfigured([f'a note has no field "{name}"; {nearest(name, list(ANNOTATION))}'])
    return name
