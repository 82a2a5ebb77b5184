"""A first configuration and playbook, written from a few answers; every key that is left out is shown as a comment."""

import json
import re
from collections.abc import Sequence

SOURCES = {
    "bluesky": """\
  - use: bluesky              # every public post, live; no account needed
    # name: bluesky           # unique; the connector's name by default
    # keep: 400d              # how long mentions stay; then they are removed
    # visibility: [public, unlisted]
    settings:
      # Posts of the hours before the first connect are fetched and marked as history.
      backfill: 1h
""",
    "mastodon": """\
  - use: mastodon             # needs a token of an account of yours: Preferences, Development, New application (read)
    settings:
      instance: https://mastodon.nl
      token: ${MASTODON_TOKEN}
      streams: ["public"]
""",
    "rss": """\
  - use: rss                  # news sites, blogs, Google Alerts
    settings:
      feeds: ["https://feeds.nos.nl/nosnieuwsalgemeen"]
""",
    "hackernews": """\
  - use: hackernews           # stories and comments
""",
    "webhook": """\
  - use: webhook              # anything that can send HTTP: surveys, reviews, your own systems
    settings:
      port: 8421
      secret: ${KLANKBORD_WEBHOOK_SECRET}
""",
    "file": """\
  - use: file                 # CSV or JSON lines, also gzipped; with follow: true new lines are read as they come
    settings:
      paths: [mentions.csv]
      follow: false
""",
}

_CONFIGURATION = """\
# klankbord: what is heard, how it is understood, where it goes. Check it with: klankbord check
# Secrets never stand here: write ${{NAME}} for an environment variable or ${{file:PATH}} for a file's content.

organisation:
  name: {brand}
  time_zone: Europe/Amsterdam
  week_starts: monday
  languages: [{languages}]    # detection chooses among these

playbook: playbook.yaml       # monitors and topics, beside this file
data: data                    # log, archive and everything else that is kept; one `klankbord run` at a time

sources:
{sources}
# enrich:                     # in this order; these are the defaults
#   - use: language
#   - use: sentiment
#   - use: emotion
#   - use: intent
#   - use: topics
#   - use: aspects
#   - use: spam
# sinks:
#   - use: sqlite             # the archive
# log:
#   keep: 7d                  # how long the log keeps what every reader is done with
# page:
#   host: 127.0.0.1
#   port: 8420                # a busy port picks another
"""

_PLAYBOOK = """\
# The rules: what you listen for, and the topics you tell apart. docs/queries.md has the query language on one page.
# Products, places and people to be heard by name go under aspects: docs/aspects.md.

monitors:
  brand:
    description: Everything that names us
    query: {query}

topics:
  service:
    description: {{nl: "klantenservice en personeel", en: "customer service and staff"}}
    keywords:
      nl: [klantenservice, medewerker, wachten, vriendelijk, geholpen]
      en: [customer service, staff, waiting, friendly, helped]
  price:
    description: {{nl: "prijzen en kosten", en: "prices and costs"}}
    keywords:
      nl: [duur, prijs, kosten, korting, betalen]
      en: [expensive, price, costs, discount, pay]

# triage:                       # what is done about each message, by a flow of questions: docs/organisation.md
"""


def configuration(brand: str, languages: Sequence[str], sources: Sequence[str]) -> str:
    """The text of klankbord.yaml."""
    chosen = "\n".join(SOURCES[name] for name in sources)
    return _CONFIGURATION.format(brand=_quoted(brand), languages=", ".join(languages), sources=chosen)


def playbook(brand: str, also: Sequence[str]) -> str:
    """The text of playbook.yaml: one monitor for the brand and its other spellings."""
    names = [_term(name) for name in [brand, *also] if re.search(r"\w", name)]
    return _PLAYBOOK.format(query=_quoted(" OR ".join(names)))


def _term(name: str) -> str:
    """A name as a query term: handles and tags as they are, several words or signs as a phrase."""
    plain = name.replace('"', " ").strip()
    is_word = plain.lstrip("@#").replace("_", "").isalnum() and plain not in ("AND", "OR", "NOT")
    return plain if is_word else f'"{plain}"'


def _quoted(text: str) -> str:
    """A YAML double-quoted scalar, which JSON strings are."""
    return json.dumps(text, ensure_ascii=False)
