"""What this service can do, as it tells sign-on systems (RFC 7644, 4; RFC 7643, 5 to 7)."""

from collections.abc import Sequence

from desk.scim.filters import CORE
from desk.scim.groups import GROUP
from desk.scim.patching import ENTERPRISE, Json
from desk.scim.users import USER

MOST = 200
"""Resources in one answer."""


def provider(base: str) -> Json:
    return {
        "schemas": [f"{CORE}ServiceProviderConfig"],
        "patch": {"supported": True},
        "bulk": {"supported": False, "maxOperations": 0, "maxPayloadSize": 0},
        "filter": {"supported": True, "maxResults": MOST},
        "changePassword": {"supported": False},
        "sort": {"supported": False},
        "etag": {"supported": True},
        "authenticationSchemes": [
            {
                "type": "oauthbearertoken",
                "name": "Bearer token",
                "description": "A token of klankbord with the scope staff: klankbord token add NAME --scope staff",
                "primary": True,
            }
        ],
        "meta": {"resourceType": "ServiceProviderConfig", "location": f"{base}/ServiceProviderConfig"},
    }


def types(base: str) -> list[Json]:
    """The resource types."""
    return [_type("User", USER, base, [{"schema": ENTERPRISE, "required": False}]), _type("Group", GROUP, base)]


def schemas(base: str) -> list[Json]:
    """The schemas, with the attributes that are kept and no others."""
    name = [_attribute(one) for one in ("formatted", "givenName", "familyName")]
    email = [_attribute("value"), _attribute("type"), _attribute("primary", type="boolean")]
    member = [
        _attribute("value", mutability="immutable"),
        _attribute("$ref", type="reference", mutability="immutable", referenceTypes=["User"], caseExact=True),
        _attribute("type", mutability="immutable"),
    ]
    user = [
        _attribute("userName", required=True, uniqueness="server"),
        _attribute("displayName"),
        _attribute("name", type="complex", subAttributes=name),
        _attribute("active", type="boolean"),
        _attribute("emails", type="complex", multiValued=True, subAttributes=email),
        _attribute("preferredLanguage"),
        _attribute("externalId", caseExact=True),
    ]
    group = [
        _attribute("displayName", required=True, uniqueness="server"),
        _attribute("members", type="complex", multiValued=True, subAttributes=member),
        _attribute("externalId", caseExact=True),
    ]
    work = [_attribute("department"), _attribute("employeeNumber")]
    return [
        _schema(USER, "User", user, base),
        _schema(GROUP, "Group", group, base),
        _schema(ENTERPRISE, "EnterpriseUser", work, base),
    ]


def _type(name: str, schema: str, base: str, extensions: Sequence[Json] = ()) -> Json:
    made: Json = {
        "schemas": [f"{CORE}ResourceType"],
        "id": name,
        "name": name,
        "endpoint": f"/{name}s",
        "schema": schema,
        "meta": {"resourceType": "ResourceType", "location": f"{base}/ResourceTypes/{name}"},
    }
    return made | ({"schemaExtensions": list(extensions)} if extensions else {})


def _schema(identifier: str, name: str, attributes: Sequence[Json], base: str) -> Json:
    return {
        "schemas": [f"{CORE}Schema"],
        "id": identifier,
        "name": name,
        "description": name,
        "attributes": list(attributes),
        "meta": {"resourceType": "Schema", "location": f"{base}/Schemas/{identifier}"},
    }


def _attribute(name: str, **told: object) -> Json:
    usual: Json = {
        "name": name,
        "type": "string",
        "multiValued": False,
        "description": name,
        "required": False,
        "caseExact": False,
        "mutability": "readWrite",
        "returned": "default",
        "uniqueness": "none",
    }
    return usual | told
