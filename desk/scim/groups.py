"""A group as a SCIM Group, and back (RFC 7643, 4.2)."""

from desk.scim.errors import invalid
from desk.scim.filters import CORE
from desk.scim.patching import Json
from desk.scim.users import meta
from desk.store.groups import Group

GROUP = f"{CORE}Group"
LONGEST = 200


def group_of(group: Group, base: str) -> Json:
    """The Group; `base` is the address of the service."""
    made: Json = {
        "schemas": [GROUP],
        "id": group.id,
        "displayName": group.name,
        "members": [{"value": one, "$ref": f"{base}/Users/{one}", "type": "User"} for one in group.members],
        "meta": meta("Group", f"{base}/Groups/{group.id}", group.made_at, group.changed_at, group.version),
    }
    return made | ({"externalId": group.external_id} if group.external_id else {})


def told(group: Json) -> tuple[str, str | None, list[str]]:
    """Name, external id and member ids that a Group says. Raises ScimError where it cannot be."""
    name, external, members = group.get("displayName"), group.get("externalId"), group.get("members") or []
    if not isinstance(name, str) or not name.strip() or len(name) > LONGEST or not name.isprintable():
        raise invalid(f"displayName has 1 to {LONGEST} printable characters")
    if external is not None and (not isinstance(external, str) or len(external) > LONGEST):
        raise invalid("externalId is text")
    ids = (
        [one.get("value") if isinstance(one, dict) else None for one in members]
        if isinstance(members, list)
        else [None]
    )
    known = [one for one in ids if isinstance(one, str)]
    if len(known) != len(ids):
        raise invalid("members have a value each: the id of a User")
    return name.strip(), external or None, list(dict.fromkeys(known))
