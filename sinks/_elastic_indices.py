"""The archive's templates and indices: made where they are missing, and looked at before anything is written there."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from core.errors import Stop
from sinks._elastic_client import Engine
from sinks._elastic_schema import CASE, MENTION, VERSION, Names, templates
from sinks._elastic_troubles import Refused

_EXISTS = "resource_already_exists_exception"


class Indices:
    """Which indices are there; `shards` of each source's, `replicas` as a range that the engine chooses from.

    aliases  what indices of mentions are given beside their template's aliases, or in place of them, as they are made
    """

    def __init__(self, engine: Engine, names: Names, *, shards: int, replicas: str) -> None:
        self.names = names
        self._engine = engine
        self._templates = templates(names, shards=shards, replicas=replicas)
        self.aliases: dict[str, Any] = {}
        self._known: set[str] = set()
        self._making = asyncio.Lock()

    async def prepare(self) -> None:
        """Put the templates where they are missing. Raises Stop where they are and this user may not."""
        for name, template in self._templates.items():
            if not await self._has(name, template):
                await self._put(name, template)
        await self.make(self._single)

    async def make(self, wanted: Iterable[str]) -> None:
        """Make those of these indices that are not there. Raises Stop where one is of another layout than ours."""
        if missing := set(wanted) - self._known:
            async with self._making:
                for index in sorted(missing - self._known):
                    await self._one(index)

    def forget(self) -> None:
        """Look again: an index was taken away by somebody."""
        self._known.clear()

    async def _one(self, index: str) -> None:
        mapping = await self._mapping(index)
        if mapping is None:
            await self._create(index)
            mapping = await self._mapping(index)
        layout = mapping.meta.get("klankbord", 0) if mapping else None
        if mapping is None or layout != VERSION:
            raise Stop(
                f"{index} was not made by the index template {self._template(index)} of this release (its layout is "
                f"{layout or 'unknown'}, this one writes {VERSION}): delete the index if it holds nothing"
            )
        fields = CASE if index == self.names.cases_index else MENTION if index not in self._single else {}
        if missing := fields.keys() - mapping.properties.keys():
            await self._add(index, {name: fields[name] for name in fields if name in missing})
        self._known.add(index)

    async def _add(self, index: str, fields: Mapping[str, object]) -> None:
        """Fields that an earlier release did not know: what is stored there already lacks them."""
        try:
            await self._engine.ask("PUT", f"/{index}/_mapping", {"properties": fields})
        except Stop as error:
            raise Stop(
                f"{index} lacks the fields {', '.join(fields)}, and {self._engine.user} may not add them: let the set-up "
                f"give it its rights anew, or give the right indices:admin/mapping/put on {self.names.prefix}-* ({error})"
            ) from error

    async def _mapping(self, index: str) -> "_Mapping | None":
        """What the index says of itself; None where there is no such index."""
        try:
            answer = await self._engine.ask("GET", f"/{index}/_mapping")
        except Refused as error:
            if error.status == 404:
                return None
            raise
        found = list(msgspec.json.decode(answer, type=dict[str, _Index]).values())
        return found[0].mappings if found else None

    async def _create(self, index: str) -> None:
        try:
            aliases = self.aliases if index not in self._single else {}
            await self._engine.ask("PUT", f"/{index}", {"aliases": aliases} if aliases else None)
        except Refused as error:
            if error.kind != _EXISTS:  # another process was first
                raise Stop(f"{self._engine.url} does not make the index {index}: {error}") from error

    @property
    def _single(self) -> tuple[str, ...]:
        """Indices that there is one of, each with a template of its own name."""
        return self.names.notes, self.names.customers_index, self.names.cases_index

    def _template(self, index: str) -> str:
        return index if index in self._single else next(iter(self._templates))

    async def _has(self, name: str, template: dict[str, Any]) -> bool:
        try:
            answer = await self._engine.ask("GET", f"/_index_template/{name}")
        except Refused as error:
            if error.status == 404:
                return False
            raise
        except Stop:
            return False
        found = msgspec.json.decode(answer, type=_Templates).index_templates
        return any(one.index_template.meta == template["_meta"] for one in found)

    async def _put(self, name: str, template: dict[str, Any]) -> None:
        try:
            await self._engine.ask("PUT", f"/_index_template/{name}", template)
        except Refused as error:
            raise Stop(f"{self._engine.url} does not take the index template {name}: {error}") from error
        except Stop as error:
            raise Stop(
                f"{self._engine.url} has no index template {name}, and {self._engine.user} may not put it there: "
                f"let the set-up do it, or give the right manage_index_templates ({error})"
            ) from error


class _Mapping(msgspec.Struct):
    meta: dict[str, Any] = msgspec.field(name="_meta", default={})
    properties: dict[str, Any] = {}


class _Index(msgspec.Struct):
    mappings: _Mapping


class _Template(msgspec.Struct):
    meta: dict[str, Any] = msgspec.field(name="_meta", default={})


class _Named(msgspec.Struct):
    index_template: _Template


class _Templates(msgspec.Struct):
    index_templates: list[_Named]
