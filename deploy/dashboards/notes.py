"""What people noted beside the charts of klankbord's page, drawn into the panels over time."""

from grafana_foundation_sdk.models import elasticsearch as elastic

from deploy.dashboards.fields import HAPPENED_ON, of_day
from deploy.dashboards.grafana import dashboard
from deploy.dashboards.queries import ARCHIVE

COLOR = "rgba(0, 211, 255, 1)"


class Noted(dashboard.AnnotationQuery):
    """An annotation query of the Elasticsearch data source, whose own keys stand beside the dashboard's.

    They are those of ElasticsearchAnnotationQuery (grafana/grafana, public/app/plugins/datasource/elasticsearch/types.ts).
    """

    def to_json(self) -> dict[str, object]:
        own = {"timeField": HAPPENED_ON, "timeEndField": of_day("until"), "textField": of_day("text")}
        return super().to_json() | own


def noted() -> dashboard.AnnotationContainer:
    """All notes of the time shown. Those that began before it and end after it are not asked for by the data source."""
    asked = elastic.Dataquery(query=f"NOT _exists_:{of_day('graded')}", ref_id="Notes", bucket_aggs=[], metrics=[])
    return dashboard.AnnotationContainer(
        list_val=[Noted(name="Notes", datasource=ARCHIVE, icon_color=COLOR, target=asked)]
    )
