package dev.aldis.mqtt.protocol.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ClientLimits;
import dev.aldis.mqtt.api.Inbox;
import dev.aldis.mqtt.api.InboxOptions;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.Publication;
import dev.aldis.mqtt.api.PublishOptions;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.protocol.client.ScriptedServer.Link;
import dev.aldis.mqtt.protocol.packet.PubAck;
import dev.aldis.mqtt.protocol.packet.Publish;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Many threads in the calls that block: virtual ones where Java has them. There are more than could run if each held its
 * carrier while it waits, and all of them wait before anything happens that could end it.
 */
@Timeout(120)
@SuppressWarnings("FutureReturnValueIgnored") // What a test does not wait for shows in what the server gets.
class BlockedThreadsTest {

    private static final int THREADS = 300;
    private static final Duration LONG = Duration.ofMinutes(10);

    private final ClientFixture fixture = new ClientFixture();
    private final CountDownLatch begun = new CountDownLatch(THREADS);

    @AfterEach
    void closeClients() {
        fixture.close();
    }

    /** Java 17, for which this is compiled, has no virtual threads. */
    private static ThreadFactory threads() throws ReflectiveOperationException {
        if (Runtime.version().feature() < 21) {
            return Thread::new;
        }
        Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
        return (ThreadFactory)
                Class.forName("java.lang.Thread$Builder").getMethod("factory").invoke(builder);
    }

    private <T> List<FutureTask<T>> startAll(Callable<T> call) throws Exception {
        ThreadFactory factory = threads();
        List<FutureTask<T>> tasks = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            FutureTask<T> task = new FutureTask<>(() -> {
                begun.countDown();
                return call.call();
            });
            tasks.add(task);
            factory.newThread(task).start();
        }
        assertTrue(begun.await(ClientFixture.PATIENCE_SECONDS, TimeUnit.SECONDS), begun + " have not begun");
        return tasks;
    }

    @Test
    void allWaitForRoomAtOnceAndGetItOneAfterTheOther() throws Exception {
        MqttClient client = fixture.client(fixture.builder().limits(ClientLimits.DEFAULT.withMaximumQueued(1, 1_000)));
        client.publish(Message.of("t", QoS.AT_LEAST_ONCE, "first"), PublishOptions.NONE, LONG);
        List<FutureTask<Publication>> waiting =
                startAll(() -> client.publish(Message.of("t", QoS.AT_LEAST_ONCE, "x"), PublishOptions.NONE, LONG));
        Link link = fixture.connected(client);
        for (int i = 0; i <= THREADS; i++) {
            link.send(PubAck.success(link.expect(Publish.class).packetIdentifier()));
        }
        for (FutureTask<Publication> task : waiting) {
            ClientFixture.get(task.get(ClientFixture.PATIENCE_SECONDS, TimeUnit.SECONDS));
        }
    }

    @Test
    void allWaitForAMessageAtOnceAndEachGetsOne() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        Inbox inbox = client.newInbox(InboxOptions.DEFAULT);
        client.onMessage("#", inbox);
        Link link = fixture.connected(client);
        List<FutureTask<String>> waiting =
                startAll(() -> inbox.receive(LONG).orElseThrow().payload().text());
        TreeSet<String> sent = new TreeSet<>();
        for (int i = 0; i < THREADS; i++) {
            sent.add("m" + i);
            link.send(new Publish(Message.of("t", QoS.AT_MOST_ONCE, "m" + i), 0, false, 0, List.of()));
        }
        TreeSet<String> got = new TreeSet<>();
        for (FutureTask<String> task : waiting) {
            got.add(task.get(ClientFixture.PATIENCE_SECONDS, TimeUnit.SECONDS));
        }
        assertEquals(sent, got);
    }
}
