"""The desk database on both engines, and a playbook that promises something."""

from tests.desk.store.conftest import desk, opened

__all__ = ["desk", "opened"]
