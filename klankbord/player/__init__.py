"""Small local servers that speak the sources' real protocols, for tests and for the demo; they can be told to misbehave.

player = BlueskyPlayer()
async with player.serve() as url:
    player.push(event)                      # in the source's native format; kept for cursors and replay
    player.faults.answers.append(Refusal(429, retry_after="1"))
"""

from klankbord.player.bluesky import BlueskyPlayer
from klankbord.player.faults import Faults, Refusal
from klankbord.player.feed import FeedPlayer
from klankbord.player.hackernews import HackerNewsPlayer
from klankbord.player.mastodon import MastodonPlayer

__all__ = ["BlueskyPlayer", "Faults", "FeedPlayer", "HackerNewsPlayer", "MastodonPlayer", "Refusal"]
