"""The ids under which klankbord knows what the plan says."""

FILE = "chaos"


def author_of(connector, author):
    return {"file": f"file:{FILE}/a{author}", "webhook": f"webhook:a{author}", "bluesky": f"bluesky:{did(author)}"}[
        connector
    ]


def mention_of(act):
    return {
        "file": f"file:{FILE}/{act.number}",
        "webhook": f"webhook:{act.number}",
        "bluesky": f"bluesky:at://{did(act.author)}/app.bsky.feed.post/{act.number}",
    }[act.connector]


def did(author):
    return f"did:plc:a{author}"
