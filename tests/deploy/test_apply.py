"""The second half of the set-up against real engines."""

from deploy.setup.apply import apply
from deploy.setup.prepare import Folders

CONFIGURATION = """\
organisation: {{name: Noorderlijn}}
log: {{use: kafka, settings: {{servers: "{servers}", prefix: "setup.", partitions: 2}}}}
sinks: [{{use: elasticsearch, settings: {{url: "{url}", prefix: setup}}}}]
"""


def test_topics_and_templates_are_made_once(tmp_path, kafka_broker, elasticsearch_node):
    config = tmp_path / "klankbord.yaml"
    config.write_text(CONFIGURATION.format(servers=kafka_broker.address, url=elasticsearch_node.url))
    first: list[str] = []
    again: list[str] = []
    apply(config, Folders(tmp_path / "secrets"), first.append)
    apply(config, Folders(tmp_path / "secrets"), again.append)
    assert any(line.startswith("created setup.mentions: 2 partitions") for line in first)
    assert again == ["the archive has its templates and indices, the desk database its tables"]
