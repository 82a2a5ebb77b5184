"""A playbook whose organisation asks something of who answers."""

from playbook.sections import Playbook

PLAYBOOK = Playbook.model_validate(
    {
        "topics": {"trains": {"description": "trains"}, "safety": {"description": "safety"}},
        "triage": {"version": "1"},
        "organisation": {
            "model": "centralized",
            "centre": "webcare",
            "units": {"webcare": {"accounts": ["@Noorderlijn"]}, "press": {}},
        },
        "policy": {"version": "1", "title": "Policy", "text": "Be kind."},
        "trainings": {"answering": {"name": {"nl": "Antwoorden", "en": "Answering"}}},
        "answers": {"four_eyes": {"lifts_after": 2, "topics": {"safety": "always"}}, "publishers": {"one_in": 3}},
    }
)
