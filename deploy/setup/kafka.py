"""What the bundled broker reads at its start: one node that speaks TLS and asks everybody for a password."""

PORT = 9092

_PROPERTIES = """\
# One broker that is its own controller. Made by the set-up; changes here are lost at the next start.
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:9093
controller.listener.names=CONTROLLER
listeners=CLIENTS://0.0.0.0:{port},CONTROLLER://127.0.0.1:9093
advertised.listeners=CLIENTS://kafka:{port}
listener.security.protocol.map=CLIENTS:SASL_SSL,CONTROLLER:PLAINTEXT
inter.broker.listener.name=CLIENTS
sasl.mechanism.inter.broker.protocol=PLAIN
sasl.enabled.mechanisms=PLAIN
listener.name.clients.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required \\
  username="broker" password="{broker}" user_broker="{broker}" user_klankbord="{klankbord}";
ssl.keystore.type=PEM
ssl.keystore.location={folder}/tls.pem
ssl.truststore.type=PEM
ssl.truststore.location={folder}/ca.crt
log.dirs=/var/lib/kafka/data
auto.create.topics.enable=false
default.replication.factor=1
min.insync.replicas=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
# A broker that was killed comes back in seconds.
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
# What was acknowledged survives a lost machine only on another machine: see docs/deployment.md.
log.cleaner.dedupe.buffer.size=16777216
"""


def properties(*, folder: str, broker: str, klankbord: str) -> str:
    """server.properties. `folder` is where the broker finds it; the others are passwords."""
    return _PROPERTIES.format(port=PORT, folder=folder, broker=broker, klankbord=klankbord)
