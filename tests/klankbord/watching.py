"""Looking at a running klankbord as Prometheus does."""

import contextlib
import json
import urllib.error
import urllib.request

from prometheus_client.parser import text_string_to_metric_families


def fetched(address, path="/metrics"):
    """Status and text of a GET; (0, "") where nobody answers."""
    try:
        with urllib.request.urlopen(f"http://{address}{path}", timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()
    except OSError:
        return 0, ""


def addresses(data):
    """Where each running part says it can be scraped."""
    found = {}
    for path in (data / "metrics").glob("*.json"):
        with contextlib.suppress(FileNotFoundError):
            (target,) = json.loads(path.read_text())
            found[target["labels"]["part"]] = target["targets"][0]
    return found


def samples(text):
    """Value by name and labels, (name, (("source", "file"), ...))."""
    families = text_string_to_metric_families(text)
    return {(one.name, tuple(sorted(one.labels.items()))): one.value for family in families for one in family.samples}


def value(data, part, name, **labels):
    """One value of that part as it is now; None where there is none."""
    address = addresses(data).get(part)
    if address is None:
        return None
    return samples(fetched(address)[1]).get((str(name), tuple(sorted(labels.items()))))
