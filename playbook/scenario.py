"""A scripted crisis: how many speak and in what tone, what is known by when, and what comes from outside meanwhile.

Those that ship stand in playbook/scenarios/; `docs/drills.md` is their page for people.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from core.errors import Misconfigured
from core.settings import Settings, Span, check, nearest, read_yaml
from playbook._values import Id, Language, Said, template, told

SHIPPED = Path(__file__).with_name("scenarios")
LONGEST = timedelta(days=1)
"""Of all phases together."""
TONES = ("negative", "neutral", "positive")
VARIABLES = ("organisation", "number")
"""What a text may name: ours, and a number from 2 to 90."""


def _tone(name: str) -> str:
    if name not in TONES:
        raise ValueError(f'there is no tone "{name}"; {nearest(name, TONES)}')
    return name


Tone = Annotated[str, AfterValidator(_tone)]
Text = Annotated[str, AfterValidator(template(VARIABLES))]
Texts = dict[Tone, dict[Language, Annotated[tuple[Text, ...], Field(min_length=1)]]]
"""What people say, by tone and language."""


class Phase(Settings):
    """A stretch in which so many `times` the usual are heard, those that are heard anyway among them.

    mix    how much of each tone there is, as weights
    texts  the group of `texts:` that people speak from
    """

    lasts: Span
    times: Annotated[float, Field(ge=1, le=1000, allow_inf_nan=False)]
    mix: dict[Tone, Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]]
    texts: Id

    @model_validator(mode="after")
    def _somebody_speaks(self) -> "Phase":
        if not sum(self.mix.values()):
            raise ValueError("mix: nobody speaks; give at least one tone some weight")
        return self


class Moment(Settings):
    """What becomes known, or comes from outside, so long after the beginning."""

    at: Span
    says: Said

    def called(self, language: str) -> str:
        return told(self.says, language)


class Scenario(Settings):
    """A scripted crisis.

    after    the public event that its course follows, and who reported the figures; "" where it is made up
    known    what we know by then: a first statement may say no more
    injects  what comes from outside: calls, questions, decisions
    """

    says: Said
    after: str = ""
    phases: Annotated[tuple[Phase, ...], Field(min_length=1)]
    texts: dict[Id, Texts]
    known: tuple[Moment, ...] = ()
    injects: tuple[Moment, ...] = ()

    @model_validator(mode="after")
    def _takes_time(self) -> "Scenario":
        if not self.lasts:
            raise ValueError("phases: they take no time; give at least one of them some")
        if self.lasts > LONGEST:
            raise ValueError(f"phases: they last longer than {LONGEST / timedelta(hours=1):.0f}h together")
        return self

    @property
    def lasts(self) -> timedelta:
        return sum((phase.lasts for phase in self.phases), timedelta(0))

    def called(self, language: str) -> str:
        return told(self.says, language)

    def within(self, lasts: timedelta) -> "Scenario":
        """The same in that time, everything in proportion."""
        share = lasts / self.lasts
        return self.model_copy(
            update={
                "phases": tuple(one.model_copy(update={"lasts": one.lasts * share}) for one in self.phases),
                "known": tuple(one.model_copy(update={"at": one.at * share}) for one in self.known),
                "injects": tuple(one.model_copy(update={"at": one.at * share}) for one in self.injects),
            }
        )


def wrong_with(scenario: Scenario) -> Iterator[str]:
    """What does not fit together in it: path and sentence."""
    for place, phase in enumerate(scenario.phases):
        texts = scenario.texts.get(phase.texts)
        if texts is None:
            yield f'phases[{place}].texts: there is no group "{phase.texts}"; {nearest(phase.texts, list(scenario.texts))}'
            continue
        for tone, weight in phase.mix.items():
            if weight and not texts.get(tone):
                yield f"phases[{place}].mix: nothing {tone} stands in texts.{phase.texts}"
    for name, moments in (("known", scenario.known), ("injects", scenario.injects)):
        for place, moment in enumerate(moments):
            if moment.at > scenario.lasts:
                seconds = scenario.lasts.total_seconds()
                written = f"{seconds / 60:.0f}m" if seconds >= 60 else f"{seconds:.0f}s"
                yield f"{name}[{place}].at: comes after the end; the phases last {written} together"


def read(path: Path) -> Scenario:
    """The scenario in that file. Raises Misconfigured with every mistake."""
    scenario = check(Scenario, read_yaml(path), where=str(path))
    if mistakes := [f"{path}: {one}" for one in wrong_with(scenario)]:
        raise Misconfigured(mistakes)
    return scenario


def shipped() -> Sequence[str]:
    """Names of those that ship."""
    return sorted(path.stem for path in SHIPPED.glob("*.yaml"))


def is_one(named: str) -> bool:
    """Whether that is the name of a shipped one, or a path."""
    return named in shipped() or named.endswith((".yaml", ".yml"))


def find(named: str) -> Scenario:
    """The shipped one of that name, or the one in that file. Raises Misconfigured where there is none."""
    if not is_one(named):
        near = nearest(named, shipped())
        raise Misconfigured([f'there is no scenario "{named}"; {near}, or give the path of a .yaml file'])
    return read(SHIPPED / f"{named}.yaml" if named in shipped() else Path(named))
