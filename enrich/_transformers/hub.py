"""Fetches a model by its hub id into the hub's own cache: HF_HOME, HF_ENDPOINT, HF_HUB_OFFLINE and HF_TOKEN count as ever.

What the cache has is taken as it is and no question asked: a model changes when its files or its revision do, never overnight.
"""

import re
from collections.abc import Callable
from pathlib import Path

import httpx
from huggingface_hub import HfApi, snapshot_download
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    HFValidationError,
    LocalEntryNotFoundError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.utils.tqdm import disable_progress_bars

from core.errors import Stop
from enrich._transformers.files import choose, in_folder

_COMMIT = re.compile(r"[0-9a-f]{40}")


def fetch(model: str, revision: str | None, graph: str | None, report: Callable[[str], None]) -> Path:
    """The folder of that model's files, fetched if they are not there. Raises Stop with a sentence where that cannot be."""
    folder = _cached(model, revision, graph)
    if folder is None:
        report(f"fetching the model {model}")
        folder = _fetched(model, revision, graph)
    if not _COMMIT.fullmatch(revision or ""):
        _advise(model, folder.name, report)
    return folder


_advised: set[str] = set()
"""Models of which was said that they are not pinned: once a process."""


def _advise(model: str, commit: str, report: Callable[[str], None]) -> None:
    if model not in _advised:
        _advised.add(model)
        report(f"the model {model} may be another on the next machine; pin it with revision: {commit}")


def _cached(model: str, revision: str | None, graph: str | None) -> Path | None:
    try:
        folder = Path(snapshot_download(model, revision=revision, local_files_only=True))
        choose(in_folder(folder), model, graph)
    except (LocalEntryNotFoundError, Stop):
        return None
    except HFValidationError as error:
        raise Stop(
            f"There is no folder {model}, and it is no id of the hub either, like organisation/model."
        ) from error
    return folder


def _fetched(model: str, revision: str | None, graph: str | None) -> Path:
    disable_progress_bars()
    try:
        there = HfApi().model_info(model, revision=revision).siblings or []
        files = choose([file.rfilename for file in there], model, graph)
        return Path(snapshot_download(model, revision=revision, allow_patterns=list(files.names)))
    except OfflineModeIsEnabled as error:
        raise Stop(
            f"The model {model} is not in the cache, and HF_HUB_OFFLINE says that it may not be fetched."
        ) from error
    except GatedRepoError as error:
        raise Stop(
            f"The hub gives the model {model} only to those who accepted its terms: do so, and set HF_TOKEN."
        ) from error
    except RevisionNotFoundError as error:
        raise Stop(f"The model {model} has no revision {revision} on the hub.") from error
    except RepositoryNotFoundError as error:
        raise Stop(
            f"The hub knows no model {model}, or it is private: set HF_TOKEN; nor is there a folder of that name."
        ) from error
    except HfHubHTTPError as error:
        raise Stop(f"The model {model} cannot be fetched: the hub answers {error.response.status_code}.") from error
    except (httpx.HTTPError, LocalEntryNotFoundError) as error:
        raise Stop(
            f"The model {model} is not in the cache, and the hub cannot be reached: {_first_line(error)}."
        ) from error
    except OSError as error:
        raise Stop(f"The model {model} cannot be fetched: {_first_line(error)}.") from error


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
