"""Which readers of the log this configuration has: what is left of a sink that is configured no more waits for nobody."""

from collections.abc import Sequence

from core.ports import TopicState
from core.topics import COVERAGE, DEAD, ENRICHED, EVENTS, JUDGEMENTS, MENTIONS, REPLAYED, replay
from klankbord.configuration import CUSTOMERS, DESK, RESERVED, Configuration, log_settings
from klankbord.folder import Folder
from klankbord.privacy.joining import any_may_join

TOPICS = frozenset({MENTIONS, ENRICHED, JUDGEMENTS, COVERAGE, EVENTS, DEAD, REPLAYED})


class Readers:
    """Those of that configuration, and how another is dropped."""

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration
        self._joins = any_may_join(configuration)
        self._groups = {*RESERVED, *configuration.sink_names} - (set() if self._joins else {CUSTOMERS})
        self._topics = {*TOPICS, *map(replay, self._groups)}

    def has(self, row: TopicState) -> bool:
        """Whether any part reads that topic with that group."""
        if (row.topic, row.group) == (ENRICHED, DESK) and not self._joins:
            return False
        return row.group in self._groups and row.topic in self._topics

    def left_over(self, rows: Sequence[TopicState]) -> list[str]:
        """A sentence for each group that no part reads with any more: nothing waits for it, and it can be dropped."""
        groups = sorted({row.group for row in rows} - self._groups)
        return [f"{group} reads no more: nothing of that name is configured. {self._how(group)}" for group in groups]

    def _how(self, group: str) -> str:
        if self._configuration.log.use == "kafka":
            settings = log_settings(self._configuration)
            return (
                f"To drop it: kafka-consumer-groups.sh --bootstrap-server {settings.servers} "
                f"--delete --group {settings.group(group)}"
            )
        files = Folder(self._configuration.data).log / "groups" / f"{group}.db*"
        return f"To drop it, while klankbord is stopped: rm {files}"
