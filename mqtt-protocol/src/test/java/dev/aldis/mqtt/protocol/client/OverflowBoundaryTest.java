package dev.aldis.mqtt.protocol.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ClientLimits;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.OverflowPolicy;
import dev.aldis.mqtt.api.Publication;
import dev.aldis.mqtt.api.PublicationState;
import dev.aldis.mqtt.api.PublishException;
import dev.aldis.mqtt.api.PublishOptions;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.QueuePolicy;
import dev.aldis.mqtt.protocol.client.ScriptedServer.Link;
import dev.aldis.mqtt.protocol.packet.Publish;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each overflow policy where the queue is just full, and where one message or one byte is too much. */
@Timeout(60)
@SuppressWarnings("FutureReturnValueIgnored") // What a test does not wait for shows in what the server gets.
class OverflowBoundaryTest {

    private static final AtomicInteger STORES = new AtomicInteger();

    private final ClientFixture fixture = new ClientFixture();

    @AfterEach
    void closeClients() {
        fixture.close();
    }

    private MqttClient client(OverflowPolicy policy, int messages, long bytes) {
        return fixture.client(fixture.builder()
                .persistence("memory:boundary-" + STORES.incrementAndGet())
                .queue(QueuePolicy.DEFAULT.withOverflow(policy))
                .limits(ClientLimits.DEFAULT.withMaximumQueued(messages, bytes)));
    }

    private static Publication publish(MqttClient client, QoS qos, int bytes) {
        return client.publish("t", qos, "x".repeat(bytes));
    }

    /** Everything that was asked for before is decided. */
    private static void settle(MqttClient client) throws Exception {
        ClientFixture.get(client.pendingPublications());
    }

    static Stream<Arguments> policies() {
        List<Arguments> all = new ArrayList<>();
        for (OverflowPolicy policy : OverflowPolicy.values()) {
            for (QoS newest : QoS.values()) {
                for (boolean byBytes : new boolean[] {false, true}) {
                    all.add(Arguments.of(policy, newest, byBytes));
                }
            }
        }
        return all.stream();
    }

    /** What becomes of a message of QoS 1, one of QoS 0 behind it, and the newest one. */
    private static final Map<OverflowPolicy, List<PublicationState>> ENDS = new EnumMap<>(Map.of(
            OverflowPolicy.REJECT_NEWEST,
            List.of(PublicationState.STORED, PublicationState.QUEUED, PublicationState.REFUSED),
            OverflowPolicy.DROP_OLDEST,
            List.of(PublicationState.DROPPED, PublicationState.QUEUED, PublicationState.STORED),
            OverflowPolicy.DROP_QOS_0_FIRST,
            List.of(PublicationState.STORED, PublicationState.DROPPED, PublicationState.STORED),
            OverflowPolicy.WAIT,
            List.of(PublicationState.STORED, PublicationState.QUEUED, PublicationState.QUEUED)));

    @ParameterizedTest(name = "{0}, newest {1}, by bytes {2}")
    @MethodSource("policies")
    void whatJustFitsIsTakenAndOneMoreIsNot(OverflowPolicy policy, QoS newest, boolean byBytes) throws Exception {
        MqttClient client = byBytes ? client(policy, 100, 10) : client(policy, 2, 1_000);
        Publication first = publish(client, QoS.AT_LEAST_ONCE, 4);
        Publication second = publish(client, QoS.AT_MOST_ONCE, 6);
        ClientFixture.get(first.stored());
        settle(client);
        assertFalse(first.isDone() || second.isDone(), "Both just fit");
        // Nothing needs no byte, but a place.
        Publication empty = byBytes ? publish(client, newest, 0) : null;
        Publication one = publish(client, newest, 1);
        settle(client);
        List<PublicationState> expected = ENDS.get(policy);
        for (int i = 0; i < 3; i++) {
            Publication publication = List.of(first, second, one).get(i);
            boolean kept = expected.get(i) == PublicationState.STORED;
            if (kept && publication.message().qos() != QoS.AT_MOST_ONCE) {
                ClientFixture.get(publication.stored());
                assertFalse(publication.isDone());
            } else if (kept || expected.get(i) == PublicationState.QUEUED) {
                assertEquals(PublicationState.QUEUED, publication.state());
                assertFalse(publication.isDone());
            } else {
                assertInstanceOf(PublishException.class, ClientFixture.failure(publication));
                assertEquals(expected.get(i), publication.state());
            }
        }
        assertTrue(empty == null || !empty.isDone());
    }

    @Test
    void asManyOfQos0GoAsALargeMessageNeedsAndNotOneInVain() throws Exception {
        MqttClient client = client(OverflowPolicy.DROP_QOS_0_FIRST, 100, 10);
        Publication first = publish(client, QoS.AT_MOST_ONCE, 3);
        publish(client, QoS.AT_LEAST_ONCE, 4);
        Publication second = publish(client, QoS.AT_MOST_ONCE, 3);
        Publication tooMuch = publish(client, QoS.EXACTLY_ONCE, 7);
        assertInstanceOf(PublishException.class, ClientFixture.failure(tooMuch));
        assertEquals(PublicationState.REFUSED, tooMuch.state());
        settle(client);
        assertFalse(first.isDone() || second.isDone(), "Both together would not have been enough");
        Publication fits = publish(client, QoS.EXACTLY_ONCE, 6);
        ClientFixture.get(fits.stored());
        ClientFixture.failure(first);
        ClientFixture.failure(second);
        assertEquals(PublicationState.DROPPED, first.state());
        assertEquals(PublicationState.DROPPED, second.state());
    }

    @Test
    void nothingIsDroppedInVainForAMessageThatThoseInFlightHaveNoRoomFor() throws Exception {
        MqttClient client = fixture.client(fixture.builder()
                .queue(QueuePolicy.DEFAULT.withOverflow(OverflowPolicy.DROP_OLDEST))
                .limits(ClientLimits.DEFAULT.withMaximumInFlight(1).withMaximumQueued(100, 10)));
        client.connect();
        Link link = fixture.server.acceptNext(false);
        publish(client, QoS.AT_LEAST_ONCE, 4);
        link.expect(Publish.class);
        Publication second = publish(client, QoS.AT_LEAST_ONCE, 3);
        Publication third = publish(client, QoS.AT_LEAST_ONCE, 3);
        Publication tooMuch = publish(client, QoS.AT_LEAST_ONCE, 7);
        ClientFixture.failure(tooMuch);
        assertEquals(PublicationState.REFUSED, tooMuch.state());
        settle(client);
        assertFalse(second.isDone() || third.isDone());
        Publication fits = publish(client, QoS.AT_LEAST_ONCE, 6);
        ClientFixture.failure(second);
        ClientFixture.failure(third);
        assertEquals(PublicationState.DROPPED, second.state());
        assertFalse(fits.isDone());
    }

    @Test
    void whatWaitsIsTakenInOrderAlsoWhereASmallerOneBehindItWouldFit() throws Exception {
        MqttClient client = client(OverflowPolicy.WAIT, 100, 10);
        Publication first = publish(client, QoS.AT_LEAST_ONCE, 6);
        Publication large = publish(client, QoS.AT_LEAST_ONCE, 10);
        Publication small = publish(client, QoS.AT_LEAST_ONCE, 1);
        settle(client);
        assertFalse(large.stored().isDone() || small.stored().isDone());
        first.cancel(false);
        ClientFixture.get(large.stored());
        settle(client);
        assertEquals(PublicationState.QUEUED, small.state());
        large.cancel(false);
        ClientFixture.get(small.stored());
    }

    /** The forms that ask for room first are refused with the reason, and neither wait nor displace anything. */
    @ParameterizedTest
    @EnumSource
    void aMessageLargerThanTheQueueIsRefusedAtOnceInEachFormOfTheCall(OverflowPolicy policy) throws Exception {
        MqttClient client = client(policy, 100, 10);
        Publication small = publish(client, QoS.AT_LEAST_ONCE, 10);
        for (QoS qos : QoS.values()) {
            Message large = Message.of("t", qos, "x".repeat(11));
            for (Publication each : List.of(
                    client.publish(large),
                    client.tryPublish(large).orElseThrow(),
                    client.publish(large, PublishOptions.NONE, Duration.ofDays(1)))) {
                String reason = ClientFixture.failure(each).getMessage();
                assertTrue(reason.contains("the limit is 10"), reason);
                assertEquals(PublicationState.REFUSED, each.state());
            }
            assertTrue(ClientFixture.failure(client.enqueue(large)).getMessage().contains("the limit is 10"));
        }
        ClientFixture.get(small.stored());
        assertFalse(small.isDone());
    }
}
