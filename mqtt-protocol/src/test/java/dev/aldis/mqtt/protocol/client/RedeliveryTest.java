package dev.aldis.mqtt.protocol.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MessageHandler;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.PersistenceOptions;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReceivedMessage;
import dev.aldis.mqtt.protocol.client.ScriptedServer.Link;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.PubComp;
import dev.aldis.mqtt.protocol.packet.PubRec;
import dev.aldis.mqtt.protocol.packet.PubRel;
import dev.aldis.mqtt.protocol.packet.Publish;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A QoS 2 message from the server through reconnects and the end of the process, in the handler and behind it. */
@Timeout(120)
@SuppressWarnings("FutureReturnValueIgnored") // What a test does not wait for shows in what the server gets.
class RedeliveryTest {

    private static final int IDENTIFIER = 7;

    private final List<ClientFixture> processes = new ArrayList<>();

    @SuppressWarnings("NullAway.Init") // Set with each process.
    private MortalStore store;

    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private final BlockingQueue<ReceivedMessage> received = new LinkedBlockingQueue<>();
    private final MessageHandler takesIt = received::add;
    private final MessageHandler hangs = message -> {
        received.add(message);
        end.join();
    };

    @AfterEach
    void endProcesses() {
        end.complete(null);
        processes.forEach(ClientFixture::close);
    }

    /** A process with a store on this disk, connected. */
    private Link start(NavigableMap<Long, StoredRecord> disk, MessageHandler handler, boolean sessionPresent)
            throws Exception {
        ClientFixture process = new ClientFixture();
        processes.add(process);
        store = new MortalStore(disk, 0, true);
        MqttClient client = process.client(process.builder()
                .persistence(PersistenceOptions.of(store, URI.create("mortal:/")))
                .onMessage("#", handler));
        CompletableFuture<?> connect = client.connect();
        Link link = process.server.acceptNext(sessionPresent);
        ClientFixture.get(connect);
        return link;
    }

    /** What a process finds that starts after a kill at this instant, whatever the present one still does. */
    private NavigableMap<Long, StoredRecord> kill(NavigableMap<Long, StoredRecord> disk) {
        MortalStore present = store;
        synchronized (present) {
            return new TreeMap<>(disk);
        }
    }

    private static Publish message(int identifier, boolean duplicate, String text) {
        return new Publish(Message.of("a", QoS.EXACTLY_ONCE, text), identifier, duplicate, 0, List.of());
    }

    private ReceivedMessage next() throws InterruptedException {
        ReceivedMessage message = received.poll(ClientFixture.PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertNotNull(message, "No message came");
        return message;
    }

    @Test
    void aProcessKilledInTheHandlerGetsTheMessageAgain() throws Exception {
        NavigableMap<Long, StoredRecord> disk = new TreeMap<>();
        Link first = start(disk, hangs, false);
        first.send(message(IDENTIFIER, false, "x"));
        assertEquals(IDENTIFIER, first.expect(PubRec.class).packetIdentifier());
        ReceivedMessage delivered = next();
        assertFalse(delivered.redelivered());
        NavigableMap<Long, StoredRecord> survived = kill(disk);
        assertTrue(survived.size() > 1, "The message has to be stored before PUBREC");

        Link second = start(survived, takesIt, true);
        ReceivedMessage again = next();
        assertEquals("x", again.payload().text());
        assertTrue(again.redelivered());
        assertEquals(delivered.deliveryIdentifier(), again.deliveryIdentifier());
        second.send(message(IDENTIFIER, true, "x"));
        assertEquals(IDENTIFIER, second.expect(PubRec.class).packetIdentifier());
        second.send(PubRel.success(IDENTIFIER));
        assertEquals(PubComp.success(IDENTIFIER), second.expect(PubComp.class));
        assertTrue(received.isEmpty(), "The copy that the server sent is the same message");
    }

    @Test
    void aProcessKilledBehindTheHandlerDoesNotGetItAgain() throws Exception {
        NavigableMap<Long, StoredRecord> disk = new TreeMap<>();
        Link first = start(disk, takesIt, false);
        first.send(message(IDENTIFIER, false, "x"));
        first.expect(PubRec.class);
        next();
        // The answer to a second message shows that the acceptance of the first is stored.
        first.send(message(IDENTIFIER + 1, false, "y"));
        first.expect(PubRec.class);
        next();
        first.send(PubRel.success(IDENTIFIER + 1));
        first.expect(PubComp.class);
        NavigableMap<Long, StoredRecord> survived = kill(disk);

        Link second = start(survived, takesIt, true);
        second.send(message(IDENTIFIER, true, "x"));
        assertEquals(IDENTIFIER, second.expect(PubRec.class).packetIdentifier());
        second.send(PubRel.success(IDENTIFIER));
        assertEquals(PubComp.success(IDENTIFIER), second.expect(PubComp.class));
        assertTrue(received.isEmpty());
    }

    @Test
    void aCopyAfterALostConnectionIsNotHandedOver() throws Exception {
        Link first = start(new TreeMap<>(), takesIt, false);
        first.send(message(IDENTIFIER, false, "x"));
        first.expect(PubRec.class);
        next();
        first.cut(null);
        Link second = processes.get(0).server.acceptNext(true);
        second.send(message(IDENTIFIER, true, "x"));
        assertEquals(IDENTIFIER, second.expect(PubRec.class).packetIdentifier());
        second.send(PubRel.success(IDENTIFIER));
        second.expect(PubComp.class);
        // The identifier is free now: the next message with it is another one, even with the same content.
        second.send(message(IDENTIFIER, false, "x"));
        second.expect(PubRec.class);
        next();
        assertNull(received.poll());
    }

    @Test
    void deliveryIdentifiersAreNotGivenAgainAfterARestart() throws Exception {
        NavigableMap<Long, StoredRecord> disk = new TreeMap<>();
        Set<Long> given = new HashSet<>();
        for (int process = 0; process < 3; process++) {
            Link link = start(disk, takesIt, process > 0);
            for (QoS qos : QoS.values()) {
                for (int i = 1; i <= 5; i++) {
                    int identifier = qos == QoS.AT_MOST_ONCE ? 0 : 10 * qos.level() + i;
                    link.send(new Publish(Message.of("a", qos, "m" + i), identifier, false, 0, List.of()));
                    long number = next().deliveryIdentifier();
                    assertTrue(number > 0 && given.add(number), "Delivery identifier " + number + " was given twice");
                }
            }
            // Five times PUBACK and five times PUBREC, in whatever order.
            for (int i = 0; i < 10; i++) {
                link.expect(ControlPacket.class);
            }
            for (int i = 1; i <= 5; i++) {
                link.send(PubRel.success(20 + i));
            }
            for (int i = 0; i < 5; i++) {
                link.expect(PubComp.class);
            }
            disk = kill(disk);
        }
    }
}
