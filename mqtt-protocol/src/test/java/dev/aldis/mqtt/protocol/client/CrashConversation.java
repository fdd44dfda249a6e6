package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.Checkpoint;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.PersistenceOptions;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.Publication;
import dev.aldis.mqtt.api.PublishOptions;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReceivedMessage;
import dev.aldis.mqtt.protocol.client.ScriptedServer.Link;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Some messages up and some down, by one client after the other on the same disk, each of which dies or comes to the end. */
final class CrashConversation {

    private static final int MESSAGES = 6;
    private static final String CHECKPOINT = "number";
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    /** Which write is the last of a client, whether it reaches the disk, and whether the last packets reach the server. */
    record Death(int lastWrite, boolean survives, boolean lastPacketsArrive) {}

    private final ProtocolVersion version;
    private final SessionServer server =
            new SessionServer(List.of(message("down", 1), message("down", 2), message("down", 3), message("down", 4)));
    private final NavigableMap<Long, StoredRecord> disk = new TreeMap<>();
    private final List<String> violations = new ArrayList<>();
    private final Map<String, Long> deliveries = new HashMap<>();

    /** How far the application knows that its messages are stored. */
    private int stored;

    private int deaths;

    CrashConversation(ProtocolVersion version) {
        this.version = version;
    }

    private static Message message(String topic, int number) {
        QoS qos = number % 2 == 0 ? QoS.AT_LEAST_ONCE : QoS.EXACTLY_ONCE;
        return Message.of(topic, qos, Integer.toString(number));
    }

    /** Lets clients die as said, and one come to the end. Gives how often that one, or the only one, wrote. */
    int run(List<Death> planned) throws Exception {
        for (Death death : planned) {
            new Life(new MortalStore(disk, death.lastWrite(), death.survives()), death.lastPacketsArrive()).live();
        }
        MortalStore immortal = new MortalStore(disk, 0, true);
        new Life(immortal, true).live();
        checkTaken();
        return immortal.writes();
    }

    List<String> violations() {
        return violations;
    }

    int deaths() {
        return deaths;
    }

    private void checkTaken() {
        for (int number = 1; number <= MESSAGES; number++) {
            int count = Collections.frequency(server.taken, Integer.toString(number));
            boolean once = message("up", number).qos() == QoS.EXACTLY_ONCE;
            if (count == 0 || (once && count > 1)) {
                violations.add(number + " arrived " + count + " times: " + server.taken);
            }
        }
        if (deliveries.size() < 4) {
            violations.add("only these came down: " + deliveries);
        }
    }

    /** One client from its start to its death. */
    private final class Life implements AutoCloseable {

        private final MortalStore store;
        private final boolean lastPacketsArrive;
        private final ClientFixture fixture = new ClientFixture(new ScriptedServer(version));
        private final MqttClient client;
        private final List<Publication> open = new ArrayList<>();
        private final Map<String, Long> mine = new HashMap<>();
        private int published;
        private boolean over;

        Life(MortalStore store, boolean lastPacketsArrive) {
            this.store = store;
            this.lastPacketsArrive = lastPacketsArrive;
            this.client = fixture.client(fixture.builder()
                    .protocolVersion(version)
                    .persistence(PersistenceOptions.of(store, URI.create("mortal:x")))
                    // On the loop, so that each run of the same deaths makes the same writes.
                    .handlerExecutor(Runnable::run)
                    .onMessage("down", this::handle));
        }

        @SuppressWarnings("FutureReturnValueIgnored") // The server sees that it connects.
        void live() throws Exception {
            try (this) {
                published = client.checkpoint(CHECKPOINT)
                        .map(value -> Integer.parseInt(value.text()))
                        .orElse(0);
                if (published < stored) {
                    violations.add("told that " + stored + " is stored, found " + published);
                }
                open.addAll(ClientFixture.get(client.pendingPublications()));
                client.connect();
                converse(fixture.server.nextLink());
            }
        }

        private void converse(Link link) throws Exception {
            server.connect(link);
            long begin = System.nanoTime();
            while (!isDone()) {
                if (System.nanoTime() - begin > PATIENCE_NANOS) {
                    throw new AssertionError("stands still: " + server.taken + " " + open);
                }
                server.sendNext();
                settle(link);
                ControlPacket packet = link.poll();
                if (store.isDead() && !lastPacketsArrive) {
                    break;
                }
                if (packet != null) {
                    server.handle(packet);
                } else if (store.isDead()) {
                    break;
                }
                publishNext();
                settle(link);
            }
            deaths += store.isDead() ? 1 : 0;
            noteStored();
        }

        /**
         * Lets the client do all that follows from a step, so that no two steps share a write: its loop takes the step, then
         * the turn that the step asked for, then the turn that a handler's decision in it asked for.
         */
        private void settle(Link link) throws Exception {
            for (int round = 0; round < 3; round++) {
                link.awaitLoop();
            }
        }

        private boolean isDone() throws Exception {
            return published == MESSAGES
                    && open.stream().allMatch(Publication::isDone)
                    && server.isDone()
                    && !store.isDead();
        }

        /** One after the other, so that they do not share a write. */
        private void publishNext() {
            if (published == MESSAGES || store.isDead() || !noteStored()) {
                return;
            }
            published++;
            open.add(client.publish(
                    message("up", published),
                    PublishOptions.NONE.withCheckpoint(Checkpoint.of(CHECKPOINT, Integer.toString(published)))));
        }

        /** Whether the application knows that all that it published is stored. */
        private boolean noteStored() {
            if (!open.isEmpty() && !open.get(open.size() - 1).stored().isDone()) {
                return false;
            }
            stored = Math.max(stored, published);
            return true;
        }

        private void handle(ReceivedMessage message) {
            synchronized (deliveries) {
                if (over) {
                    return;
                }
                String text = message.payload().text();
                Long before = deliveries.put(text, message.deliveryIdentifier());
                Long now = mine.put(text, message.deliveryIdentifier());
                if (message.qos() == QoS.EXACTLY_ONCE && before != null) {
                    check(message, text, before, now);
                }
            }
        }

        private void check(ReceivedMessage message, String text, long before, @Nullable Long now) {
            if (before != message.deliveryIdentifier()) {
                violations.add(text + " came down twice, as " + before + " and " + message.deliveryIdentifier());
            } else if (!message.redelivered()) {
                violations.add(text + " came down again without a mark");
            } else if (now != null) {
                violations.add(text + " was handed over twice by one client");
            }
        }

        @Override
        public void close() {
            synchronized (deliveries) {
                over = true;
            }
            server.connect(null);
            store.bury();
            fixture.close();
        }
    }
}
