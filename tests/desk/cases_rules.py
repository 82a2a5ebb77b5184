"""The playbook that the pages of cases are tested under."""

from pathlib import Path

from playbook.playbook import load

RULES = load(Path(__file__).parents[2] / "klankbord" / "demo" / "data" / "playbook.yaml")
