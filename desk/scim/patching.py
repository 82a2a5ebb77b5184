"""PATCH (RFC 7644, 3.5.2) on a resource as JSON, with what Microsoft Entra ID and Okta are documented to send beside it.

Entra ID writes `Add`, `Replace` and `Remove`, names what it removes of a list in `value`, and replaces an address of a type
that is not there yet; without a path its keys may be paths. https://learn.microsoft.com/entra/identity/app-provisioning/
use-scim-to-provision-users-and-groups. Okta replaces without a path. https://developer.okta.com/docs/api/openapi/okta-scim/
guides/scim-20. What no attribute here is called is taken in and left out later.
"""

import copy
import re
from collections.abc import Mapping, Sequence
from typing import Any

from desk.scim.errors import invalid
from desk.scim.filters import Term, bare, terms

Json = dict[str, Any]  # Any: JSON

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
LISTS = frozenset({"emails", "members"})
"""The attributes here that hold several values."""
NAMES = (
    "userName", "displayName", "externalId", "active", "name", "emails", "preferredLanguage", "members", "formatted",
    "givenName", "familyName", "department", "employeeNumber", "value", "type", "primary", "display", ENTERPRISE,
)  # fmt: skip
_CANONICAL = {name.lower(): name for name in NAMES}
_PATH = re.compile(r"(?P<attribute>[\w$-]+)(?:\[(?P<filter>[^\]]+)\])?(?:\.(?P<inside>[\w$-]+))?")
MOST = 1_000


def canonical(resource: Any) -> Any:  # Any: JSON
    """The same with each name as the schema has it: names are compared whatever their case (RFC 7643, 2.1)."""
    if isinstance(resource, dict):
        return {_CANONICAL.get(key.lower(), key): canonical(value) for key, value in resource.items()}
    return [canonical(one) for one in resource] if isinstance(resource, list) else resource


def patched(resource: Json, body: Json) -> Json:
    """The resource after all operations; the one given stays as it is. Raises ScimError, and then none was done."""
    operations = next((value for key, value in body.items() if key.lower() == "operations"), None)
    if not isinstance(operations, list) or not 0 < len(operations) <= MOST:
        raise invalid(f"a patch has 1 to {MOST} Operations", "invalidSyntax")
    made = copy.deepcopy(resource)
    for operation in operations:
        if not isinstance(operation, dict):
            raise invalid("an operation has op, path and value", "invalidSyntax")
        _operate(made, {key.lower(): value for key, value in operation.items()})
    return made


def _operate(resource: Json, operation: Json) -> None:
    op, path, value = str(operation.get("op", "")).lower(), operation.get("path"), canonical(operation.get("value"))
    if op not in ("add", "replace", "remove"):
        raise invalid("op is add, replace or remove", "invalidSyntax")
    if path is not None and not isinstance(path, str):
        raise invalid("a path is text", "invalidPath")
    if path:
        _at(resource, op, path, value)
    elif op == "remove":
        raise invalid("remove needs a path", "noTarget")
    elif isinstance(value, dict):
        for key, one in value.items():
            _at(resource, op, key, one)
    else:
        raise invalid("without a path the value names attributes", "invalidValue")


def _at(resource: Json, op: str, path: str, value: Any) -> None:  # Any: JSON
    extension = ENTERPRISE.lower()
    if path.lower() == extension:
        _merge(resource, op, ENTERPRISE, value)
        return
    if path.lower().startswith(f"{extension}:"):
        _at(_inside(resource, ENTERPRISE), op, path[len(extension) + 1 :], value)
        return
    read = _PATH.fullmatch(path[len(path) - len(bare(path)) :])
    if read is None:
        raise invalid(f'"{path[:80]}" is no path', "invalidPath")
    name = _CANONICAL.get(read["attribute"].lower(), read["attribute"])
    inside = read["inside"] and _CANONICAL.get(read["inside"].lower(), read["inside"])
    if read["filter"]:
        _some(_list(resource, name), op, terms(read["filter"]), inside, value)
    elif inside:
        _merge(_inside(resource, name), op, inside, value)
    else:
        _merge(resource, op, name, value)


def _merge(holder: Json, op: str, name: str, value: Any) -> None:  # Any: JSON
    there = holder.get(name)
    if name in LISTS:
        holder[name] = _listed(op, there if isinstance(there, list) else [], value)
    elif op == "remove":
        holder.pop(name, None)
    elif isinstance(value, dict) and isinstance(there, dict):
        there.update(value)
    else:
        holder[name] = value


def _listed(op: str, there: Sequence[Json], value: Any) -> list[Json]:  # Any: JSON
    given = value if isinstance(value, list) else [] if value is None else [value]
    if not all(isinstance(one, dict) for one in given):
        raise invalid('the values of a list have parts, as in {"value": ...}', "invalidValue")
    named = {value for one in given if isinstance(value := one.get("value"), str)}
    others = [one for one in there if not (isinstance(one.get("value"), str) and one["value"] in named)]
    if op == "remove":  # without a value, all of them
        return others if given else []
    return [*others, *given] if op == "add" else given


def _some(there: list[Json], op: str, where: Sequence[Term], inside: str | None, value: Any) -> None:  # Any: JSON
    chosen = [one for one in there if all(_is(one, term) for term in where)]
    if op == "remove":
        for one in chosen:
            one.pop(inside, None) if inside else there.remove(one)
        return
    if not chosen:  # a strict server answers noTarget to replace; Entra ID counts on the value being there afterwards
        chosen = [{_CANONICAL.get(term.path, term.path): term.value for term in where}]
        there += chosen
    for one in chosen:
        one.update({inside: value} if inside else _parts(value))


def _parts(value: Any) -> Mapping[str, Any]:  # Any: JSON
    if not isinstance(value, dict):
        raise invalid("a value of a list has parts", "invalidValue")
    return value


def _is(one: Mapping[str, Any], term: Term) -> bool:  # Any: JSON
    value = next((value for key, value in one.items() if key.lower() == term.path), None)
    if isinstance(value, str) and isinstance(term.value, str):
        return value.lower() == term.value.lower()
    return bool(value == term.value)


def _inside(resource: Json, name: str) -> Json:
    there = resource.setdefault(name, {})
    if not isinstance(there, dict):
        raise invalid(f"{name} has no parts", "invalidPath")
    return there


def _list(resource: Json, name: str) -> list[Json]:
    there = resource.setdefault(name, [])
    if not isinstance(there, list) or not all(isinstance(one, dict) for one in there):
        raise invalid(f"{name} is no list", "invalidPath")
    return there
