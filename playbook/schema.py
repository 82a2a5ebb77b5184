"""The JSON schema of playbook.yaml, for editors that complete and check while somebody writes."""

from typing import Any

from playbook.sections import Playbook

PARTS_OF_THE_FLOW = ("Triage", "Step", "Outcome")


def schema() -> dict[str, Any]:  # Any: JSON
    """As JSON Schema 2020-12. What is put over the shipped flow may be given in part."""
    made = Playbook.model_json_schema()
    made["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    made["title"] = "playbook.yaml"
    definitions = made["$defs"]
    for name in PARTS_OF_THE_FLOW:
        definitions[name].pop("required", None)
    definitions["Triage"]["properties"]["base"] = {
        "enum": ["shipped", "none"],
        "default": "shipped",
        "description": "what this is put over: the shipped flow, or nothing",
    }
    return made
