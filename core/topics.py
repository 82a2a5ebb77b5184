"""Names of the log topics, keyed by mention id so that edits and deletions of one message stay in order.

mentions    what connectors heard: Mention, Deletion
enriched    what the stream made of it: Enriched, Deletion
judgements  what people say of it: Judgement, Mute
coverage    what was collected and what was not, with the cursors: Coverage
events      what sinks that send to it tell the world of mentions: CloudEvents as JSON
dead        what was set aside: DeadLetter
replay.X    dead letters of sink X on their way back to it alone
replayed    which dead letters were replayed: the key is the letter's offset; kept as long as `dead`
"""

MENTIONS = "mentions"
ENRICHED = "enriched"
JUDGEMENTS = "judgements"
COVERAGE = "coverage"
EVENTS = "events"
DEAD = "dead"
REPLAYED = "replayed"


def replay(sink: str) -> str:
    """The log topic that brings set-aside records back to one sink."""
    return f"replay.{sink}"
