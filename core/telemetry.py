"""Names of what is measured. A name is used in code, dashboards, alerts and docs/metrics.md; it changes only here.

Labels are few and bounded: a stage is "ingest", "stream" or a sink's name; a source is its name in the configuration, a
monitor its name in the playbook.
Never a mention, an author, an address or a text. A label that does not apply is empty, which Prometheus takes for absent.
"""

from enum import StrEnum
from typing import Self


class Name(StrEnum):
    """What is measured: its name for Prometheus, what it says in a sentence, and its labels in order."""

    says: str
    labels: tuple[str, ...]

    def __new__(cls, name: str, says: str, *labels: str) -> Self:
        one = str.__new__(cls, name)
        one._value_, one.says, one.labels = name, says, labels
        return one


class Count(Name):
    """Counters: they only grow while a process lives."""

    SEEN = "klankbord_ingest_seen_total", "Messages that a source gave", "source"
    KEPT = "klankbord_ingest_kept_total", "Messages that went on into the log", "source"
    DROPPED = "klankbord_dropped_total", "Well-formed messages that were not kept", "stage", "source", "reason"
    GAPS = "klankbord_coverage_gaps_total", "Stretches of time that a source could not be collected", "source"
    LOST = "klankbord_coverage_gap_seconds_total", "Seconds of those stretches, where their ends are known", "source"
    COST = "klankbord_source_cost_total", "What the messages a source gave cost, in its configured currency", "source"
    DEAD = "klankbord_dead_letters_total", "Records set aside, by the class of the error", "stage", "error"
    RETRIED = "klankbord_retries_total", "Tries that failed for now and are made again", "stage", "source"
    STEPPED = "klankbord_stream_processed_total", "Records that the stream took, whatever became of them"
    FOUND = "klankbord_enricher_texts_total", "Texts an enricher was given", "enricher"
    SKIPPED = "klankbord_enricher_skipped_total", "Texts an enricher rejected", "enricher"
    WRITTEN = "klankbord_sink_written_total", "Items a sink delivered", "sink"
    REFUSED = "klankbord_api_refused_total", "Requests to the API without a valid token: missing or unknown", "reason"
    NOTICES = (
        "klankbord_notices_total",
        "Tries to tell people of cases: sent, repeated, failed, passed on to another channel, over before, given up",
        "channel",
        "outcome",
    )
    ANSWERS = (
        "klankbord_answers_total",
        "Answers at their source: sent, found there after all, failed for now, unsure, refused",
        "publisher",
        "outcome",
    )


class Gauge(Name):
    """Gauges: the value now. Times are in seconds since 1970 UTC."""

    LAG = "klankbord_lag_records", "Records that wait for a reader, read from the log itself", "topic", "group"
    OLDEST = "klankbord_oldest_unprocessed_seconds", "Age of the oldest of them; 0 where none waits", "topic", "group"
    PROGRESS = (
        "klankbord_progress_timestamp_seconds",
        "When a reader was last seen to get on, or to have nothing to do",
        "topic",
        "group",
    )
    SET_ASIDE = "klankbord_dead_letters", "Dead letters that stand in the log"
    WAITING = "klankbord_waiting", "1 while a stage waits for its other side", "stage"
    LAST_SEEN = "klankbord_source_last_seen_timestamp_seconds", "When a source last gave a message", "source"
    ANSWERED = "klankbord_source_answered_timestamp_seconds", "When a source last answered at all", "source"
    USUAL_GAP = (
        "klankbord_source_usual_gap_seconds",
        "How long a source is usually silent at most; unknown for its first two days",
        "source",
    )
    ENDED = (
        "klankbord_source_ended",
        "1 where a source, or a stream of it, is not read any more until a person acts",
        "source",
    )
    STOPPED = "klankbord_sink_stopped", "1 while a sink sends nothing until a person enables it", "sink"
    DENIED = "klankbord_sink_denied", "1 while the other side lets a sink in no more until a person acts there", "sink"
    TOKEN_ENDS = "klankbord_token_expires_timestamp_seconds", "When a token ends, where known", "stage", "source"
    CERTIFICATE_ENDS = (
        "klankbord_certificate_expires_timestamp_seconds",
        "When a certificate of the configuration ends, by the setting that names its file",
        "setting",
    )
    NOTICES_LATE = (
        "klankbord_notices_late_seconds",
        "For how long what people are to be told waits: due, or tried in vain; 0 where nothing does",
    )
    ANSWERS_LATE = (
        "klankbord_answers_late_seconds",
        "For how long an answer that was let out does not stand at its source; 0 where each does",
    )
    ALARM = (
        "klankbord_alarm_level",
        "How a monitor stands: 0 calm or still learning, 1 out of the ordinary, 2 somebody is called",
        "monitor",
    )
    REACHABLE = "klankbord_engine_reachable", "1 where an engine answered when last asked, 0 where not", "engine"
    DISK_FREE = "klankbord_disk_free_bytes", "Room left on the disk of the data folder"
    DISK_SIZE = "klankbord_disk_size_bytes", "Size of the disk of the data folder"


_QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_PATIENT = (0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 30, 60, 300, 900, 3600, 14400)


class Duration(Name):
    """Histograms of seconds; `bounds` are the upper ends of their buckets. Tries that fail count too."""

    INGEST = "klankbord_ingest_batch_seconds", "Until a batch of a source is durable in the log", "source"
    STREAM = "klankbord_stream_batch_seconds", "Until a batch is understood"
    ENRICHER = (
        "klankbord_enricher_batch_seconds",
        "An enricher's share of a batch; the encoder counts as one",
        "enricher",
    )
    SINK = "klankbord_sink_batch_seconds", "Until a sink delivered a batch", "sink"
    ARRIVAL = (
        "klankbord_arrival_seconds",
        "From first sight of a message until a sink's other side has it: searchable in the archive, or answered for elsewhere",
        "sink",
    )
    PAGE = (
        "klankbord_page_request_seconds",
        "Answering a request, by the route's template and the status class",
        "route",
        "status",
    )

    @property
    def bounds(self) -> tuple[float, ...]:
        return _PATIENT if self is Duration.ARRIVAL else _QUICK


class DropReason(StrEnum):
    """Why a well-formed input was not kept."""

    NO_MONITOR = "no monitor"
    NOT_PUBLIC = "not public"
    UNCHANGED = "unchanged"
    DELETED = "deleted"
    NEVER_KEPT = "never kept"
    ERASED = "erased"
    MUTED = "muted"
