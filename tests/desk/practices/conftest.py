"""The desk database on both engines, as tests/desk/store has it."""

from tests.desk.store.conftest import desk, full, opened

__all__ = ["desk", "full", "opened"]
