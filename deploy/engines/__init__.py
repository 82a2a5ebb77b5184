"""Real engines without containers: Kafka, Elasticsearch and OpenSearch from Maven Central, for tests and local work.

    from deploy.engines import elasticsearch, kafka

    with kafka.running(folder) as broker, elasticsearch.running(other) as node:
        ...  # broker.address, node.url; each has stop(), kill(), start() and restart(), on the same ports and data

Every engine has its own folder here with a pinned pom.xml. What Maven fetches stays in the cache folder, fetched once.
"""
