"""The desk database: what people and other systems say, in a file of the data folder or in PostgreSQL.

One file an idea; each takes an open Database and gives core's or its own structs, never a row. Times are UTC. Whatever
asks it raises Retry where the database is away or busy, Unwritable where its disk refuses.
"""
