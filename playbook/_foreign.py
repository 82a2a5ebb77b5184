"""Words of other tools' query languages: what they become here, or what to write instead."""

import re

RENAMED = {
    "language": "lang",
    "authorfollowers": "followers",
    "author_followers": "followers",
    "domain": "site",
    "url": "site",
    "host": "site",
    "authorname": "author",
    "authors": "author",
    "username": "author",
    "from": "author",
    "publication": "site",
    "sourcecountry": "country",
    "engagementtype": "kind",
    "posttype": "kind",
    "tags": "tag",
    "topics": "topic",
}

AS_TAG = {"hashtag", "hashtags"}
AS_HANDLE = {"at_mentions", "at_mention", "mentions", "atmentions"}

KINDS = {"retweet": "repost", "share": "repost", "tweet": "post", "blog": "article", "news": "article"}

_ONE_TEXT = "text and title are searched together; leave `{}:` out"
_NOT_KEPT = "`{}:` is not kept about a message; leave it out"
UNSUPPORTED = {
    "title": _ONE_TEXT,
    "headline": _ONE_TEXT,
    "content": _ONE_TEXT,
    "text": _ONE_TEXT,
    "body": _ONE_TEXT,
    "raw": "for exact case write {Word} instead of `raw:`",
    "sourcetype": "write source: with a connector's name, or kind: with post, article, review instead of `sourcetype:`",
    "pagetype": "write source: with a connector's name, or kind: with post, article, review instead of `pagetype:`",
    "links": "links are not searched; write site: for where a message stands instead of `links:`",
    "link": "links are not searched; write site: for where a message stands instead of `link:`",
    "http": "links are not searched; write site: for where a message stands",
    "https": "links are not searched; write site: for where a message stands",
    "continent": "write country: with two letters instead of `continent:`",
    "region": "write country: with two letters instead of `region:`",
    "city": "write country: with two letters, or the city as a word, instead of `city:`",
    "location": "write country: with two letters, or the place as a word, instead of `location:`",
    "sourcegeo": "write country: with two letters instead of `sourcegeo:`",
    "gender": "`gender:` is never guessed about a person here; leave it out",
    "authorgender": "`authorgender:` is never guessed about a person here; leave it out",
    "authortype": _NOT_KEPT,
    "authorverified": _NOT_KEPT,
    "authorverifiedtype": _NOT_KEPT,
    "interest": _NOT_KEPT,
    "profession": _NOT_KEPT,
    "blogname": _NOT_KEPT,
    "channel": _NOT_KEPT,
    "image": _NOT_KEPT,
    "imagetype": _NOT_KEPT,
    "minuteofday": _NOT_KEPT,
    "rating": _NOT_KEPT,
    "reach": "write followers> or engagement> instead of `reach`",
    "impact": "write followers> or engagement> instead of `impact`",
    "likes": "write engagement> instead of `likes`",
    "retweets": "write engagement> instead of `retweets`",
    "shares": "write engagement> instead of `shares`",
    "views": "write engagement> instead of `views`",
    "subreddit": "write site: or source: instead of `subreddit:`",
    "published": "choose the time range beside the search instead of `published:`",
    "since": "choose the time range beside the search instead of `since:`",
    "until": "choose the time range beside the search instead of `until:`",
}

_ORDER = 'order is not kept here; write NEAR/{} for either order, or a "phrase" for words that follow one another'
_OPERATORS = (
    (re.compile(r"NEAR/(\d+)f$", re.IGNORECASE), _ORDER),
    (re.compile(r"(?:ONEAR|PRE|ADJ)/(\d+)$"), _ORDER),
    (re.compile(r"(?:WITHIN|W)/(\d+)$"), "write NEAR/{} instead"),
    (re.compile(r"near/(\d+)$"), "operators are in capitals: write NEAR/{}"),
    (re.compile(r"(?:NEAR|NEAR/)$"), "say how many words apart: NEAR/5"),
    (re.compile(r"(?:SENTENCE|PARAGRAPH)$"), "write NEAR/15 for words in one sentence"),
    (re.compile(r"ATLEAST/?\d*$"), "how often a word stands in a message cannot be asked; write the word once"),
    (re.compile(r"(?:XOR)$"), "write (a OR b) NOT (a b) instead"),
    (re.compile(r"/.+/[a-z]*$"), "regular expressions are not searched; use * and ? in words"),
    (re.compile(r"<<<"), "comments inside a query are not read; use the monitor's description"),
    (re.compile(r"[^~]+~\d*\.?\d*$"), "similar spellings are not guessed; use * and ?, or list them with OR"),
    (re.compile(r"[^^]+\^\d+$"), "words cannot be weighed; leave ^ and the number out"),
)


def operator_advice(word: str) -> str | None:
    """What to write instead of an operator that other tools have and this language has not; None for a plain word."""
    for pattern, advice in _OPERATORS:
        found = pattern.match(word)
        if found:
            number = found.group(1) if pattern.groups else ""
            return f"`{word}` is not an operator here: " + advice.format(number or "5")
    return None
