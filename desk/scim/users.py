"""A person as a SCIM User, and back (RFC 7643, 4.1 and 4.3)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from core.errors import Reject
from desk.people.checked import checked
from desk.scim.errors import invalid
from desk.scim.filters import CORE
from desk.scim.patching import ENTERPRISE, Json
from desk.store.people import Details, Person
from desk.web.words import LANGUAGES

USER = f"{CORE}User"


def user_of(person: Person, base: str) -> Json:
    """The User; what is unknown is not there, never null. `base` is the address of the service."""
    name = {"formatted": person.name, "givenName": person.given_name, "familyName": person.family_name}
    work = {"department": person.department, "employeeNumber": person.number}
    user: Json = {
        "schemas": [USER, ENTERPRISE],
        "id": person.id,
        "externalId": person.external_id,
        "userName": person.user_name,
        "displayName": person.name,
        "name": _known(name),
        "active": person.active,
        "emails": [{"value": person.email, "type": "work", "primary": True}] if person.email else None,
        "preferredLanguage": person.language,
        ENTERPRISE: _known(work),
        "meta": meta("User", f"{base}/Users/{person.id}", person.made_at, person.changed_at, person.version),
    }
    return _known(user)


def meta(kind: str, location: str, made_at: datetime, changed_at: datetime, version: int) -> Json:
    """RFC 7643, 3.1; the version is a weak entity tag."""
    made, changed = (f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z" for at in (made_at, changed_at))
    tag = f'W/"{version}"'
    return {"resourceType": kind, "created": made, "lastModified": changed, "location": location, "version": tag}


def details_of(user: Json, before: Details | None = None) -> Details:
    """What a User with names as the schema has them says; what it cannot say (the unit) is as before.

    Raises ScimError (invalidValue) where it cannot be.
    """
    name, work = _object(user, "name"), _object(user, ENTERPRISE)
    given, family, user_name = _text(name, "givenName"), _text(name, "familyName"), _text(user, "userName")
    if user_name is None:
        raise invalid("userName is missing")
    whole = " ".join(part for part in (given, family) if part)
    try:
        return checked(
            Details(
                name=_text(user, "displayName") or _text(name, "formatted") or whole or user_name,
                email=_address(user.get("emails")),
                department=_text(work, "department"),
                unit=before.unit if before else None,
                language=_language(_text(user, "preferredLanguage")),
                given_name=given,
                family_name=family,
                user_name=user_name,
                external_id=_text(user, "externalId"),
                number=_text(work, "employeeNumber"),
            )
        )
    except Reject as error:
        raise invalid(str(error)) from None


def active_of(user: Json, *, before: bool) -> bool:
    """Whether the person works here. Where nothing says so it is as before: nobody leaves by what was left out.

    Entra ID sent it as text, "False", unless told otherwise; see "Known issues" of its SCIM documentation.
    """
    said = user.get("active", before)
    if isinstance(said, str) and said.lower() in ("true", "false"):
        return said.lower() == "true"
    if not isinstance(said, bool):
        raise invalid("active is true or false")
    return said


def _address(emails: Any) -> str | None:  # Any: JSON
    """The address at work: the one of that type, else the primary one, else the first."""
    given = [one for one in emails if isinstance(one, dict)] if isinstance(emails, list) else []

    def rank(one: Mapping[str, Any]) -> tuple[bool, bool]:  # Any: JSON
        return str(one.get("type", "")).lower() != "work", str(one.get("primary", "")).lower() != "true"

    found: Sequence[str | None] = [_text(one, "value") for one in sorted(given, key=rank)]
    return next((one for one in found if one), None)


def _language(text: str | None) -> str | None:
    """The language of a tag like nl-NL, where there are words in it."""
    word = (text or "").replace("_", "-").partition("-")[0].lower()
    return word if word in LANGUAGES else None


def _text(holder: Mapping[str, Any], name: str) -> str | None:  # Any: JSON
    value = holder.get(name)
    if value is not None and not isinstance(value, str):
        raise invalid(f"{name} is text")
    return (value or "").strip() or None


def _object(holder: Mapping[str, Any], name: str) -> Mapping[str, Any]:  # Any: JSON
    value = holder.get(name)
    if value is not None and not isinstance(value, dict):
        raise invalid(f"{name} has parts")
    return value or {}


def _known(values: Mapping[str, Any]) -> Json:  # Any: JSON
    return {name: value for name, value in values.items() if value is not None and value != {}}
