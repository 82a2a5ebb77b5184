"""Names of what is measured. A name is used in code, dashboards and alerts; it changes only here."""

from enum import StrEnum


class Count(StrEnum):
    """Counters: they only grow while a process lives."""

    SEEN = "klankbord_ingest_seen_total"
    KEPT = "klankbord_ingest_kept_total"
    DROPPED = "klankbord_ingest_dropped_total"  # by reason: no monitor, not public, unchanged, deleted, never kept
    DEAD = "klankbord_dead_letters_total"
    RETRIED = "klankbord_retries_total"
    STEPPED = "klankbord_stream_processed_total"
    SKIPPED = "klankbord_enricher_skipped_total"
    WRITTEN = "klankbord_sink_written_total"
    RECONNECTED = "klankbord_ingest_reconnects_total"


class Gauge(StrEnum):
    """Gauges: the value now."""

    LAG = "klankbord_lag_records"
    OLDEST = "klankbord_oldest_unprocessed_seconds"
    PROGRESS = "klankbord_progress_timestamp_seconds"  # when a consumer group last got on or found nothing to do
    WAITING = "klankbord_sink_waiting"  # 1 while a sink, or the stream, waits for its other side
    LAST_SEEN = "klankbord_source_last_seen_timestamp_seconds"


class DropReason(StrEnum):
    """Why a well-formed input was not kept."""

    NO_MONITOR = "no monitor"
    NOT_PUBLIC = "not public"
    UNCHANGED = "unchanged"
    DELETED = "deleted"
    NEVER_KEPT = "never kept"
    ERASED = "erased"
    MUTED = "muted"
