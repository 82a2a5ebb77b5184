"""Packages beside klankbord that bring an enricher of their own, as others may."""

REFUSING = '''"""An enricher that cannot bear one word until a file is there."""
from contextlib import asynccontextmanager
from pathlib import Path
from core.settings import Settings as Base
class Settings(Base):
    until: Path = Path()
class Refusing:
    name, needs_vector = "refusing", False
    def __init__(self, until):
        self.until = until
    def find(self, batch):
        if not self.until.exists() and any("breekpunt" in one.text for one in batch):
            raise ZeroDivisionError("a bug in a component")
        return [None for _ in batch]
@asynccontextmanager
async def build(settings, tools):
    yield Refusing(settings.until)
'''
"""A component with a bug: it fails on one word until it is mended."""


def package(folder, name, source):
    """Install a package with that enricher into a new folder, which is to be on the path of who uses it."""
    folder.mkdir()
    (folder / f"{name}_enricher.py").write_text(source)
    about = folder / f"{name}_enricher-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}-enricher\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(f"[klankbord.enrich]\n{name} = {name}_enricher\n")
