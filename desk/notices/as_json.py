"""A message as a signed webhook gets it. Pure. `type` is klankbord.notice; times are RFC 3339."""

import msgspec

from desk.notices.told import Told
from desk.store.notice_messages import Message


def body(message: Message, told: Told) -> bytes:
    """The request's body: the same at each try but for `repeat`, under the same webhook-id."""
    data: dict[str, object] = {
        "repeat": told.repeat,
        "instead": message.instead,
        "says": told.subject,
        "counts": {str(kind): number for kind, number in told.counts.items()},
        "cases": [
            {
                "case": one.case,
                "number": one.number,
                "kinds": one.kinds,
                "unit": one.unit,
                "severity": one.severity,
                "source": one.source,
                "due": one.due,
                "link": one.link,
                "excerpt": one.excerpt,
            }
            for one in told.lines
        ],
        "link": told.link,
    }
    if told.crisis is not None:
        crisis = told.crisis
        data["crisis"] = {
            "crisis": crisis.id,
            "number": crisis.number,
            "drill": crisis.drill is not None,
            "state": crisis.state,
            "severity": crisis.severity,
            "unit": crisis.unit,
            "since": crisis.since,
            "acknowledged_at": crisis.acknowledged_at,
        }
    return msgspec.json.encode({"type": "klankbord.notice", "timestamp": message.made_at, "data": data})
