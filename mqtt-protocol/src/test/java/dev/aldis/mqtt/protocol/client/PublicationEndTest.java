package dev.aldis.mqtt.protocol.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ClientClosedException;
import dev.aldis.mqtt.api.ClientEvent;
import dev.aldis.mqtt.api.ClientLimits;
import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.LostSessionPolicy;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.MqttClientBuilder;
import dev.aldis.mqtt.api.ObservationOptions;
import dev.aldis.mqtt.api.OfflineQos0;
import dev.aldis.mqtt.api.OverflowPolicy;
import dev.aldis.mqtt.api.Publication;
import dev.aldis.mqtt.api.PublicationState;
import dev.aldis.mqtt.api.PublishException;
import dev.aldis.mqtt.api.PublishOptions;
import dev.aldis.mqtt.api.PublishResult;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.QueuePolicy;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.ServerLimits;
import dev.aldis.mqtt.api.UserProperty;
import dev.aldis.mqtt.protocol.client.ScriptedServer.Link;
import dev.aldis.mqtt.protocol.packet.ConnAck;
import dev.aldis.mqtt.protocol.packet.ConnAckProperties;
import dev.aldis.mqtt.protocol.packet.Connect;
import dev.aldis.mqtt.protocol.packet.PubAck;
import dev.aldis.mqtt.protocol.packet.PubComp;
import dev.aldis.mqtt.protocol.packet.PubRec;
import dev.aldis.mqtt.protocol.packet.PubRel;
import dev.aldis.mqtt.protocol.packet.Publish;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** However a message ends, its future and the listener are told the same end, and no other one afterwards. */
@Timeout(60)
@SuppressWarnings("FutureReturnValueIgnored") // What a test does not wait for shows in what the server gets.
class PublicationEndTest {

    private static final AtomicInteger STORES = new AtomicInteger();
    private static final Diagnostics WORDS =
            Diagnostics.of("not today", List.of(new UserProperty("until", "tomorrow")));

    private final ClientFixture fixture = new ClientFixture();
    private final Map<String, Scenario> scenarios = new LinkedHashMap<>();

    /** Brings a message to its end, and lets happen what could bring it to another one. */
    @FunctionalInterface
    private interface Run {
        Publication of(Trial trial) throws Exception;
    }

    private record Scenario(PublicationState end, Run run) {}

    /** A client whose options a scenario may change before the client is there. */
    private final class Trial {

        final MqttClientBuilder builder;
        private MqttClient client;

        Trial(boolean stored) {
            MqttClientBuilder plain = fixture.builder().observation(ObservationOptions.NONE.withPublications(true));
            builder = stored ? plain.persistence("memory:end-" + STORES.incrementAndGet()) : plain;
        }

        MqttClient client() {
            if (client == null) {
                client = fixture.client(builder);
            }
            return client;
        }

        Link connected(boolean sessionPresent) throws Exception {
            CompletableFuture<?> connect = client().connect();
            Link link = fixture.server.acceptNext(sessionPresent);
            ClientFixture.get(connect);
            return link;
        }

        Publication publish(QoS qos, PublishOptions options) {
            return client().publish(Message.of("t", qos, "the one"), options.withApplicationKey("one"));
        }

        Publication publish(QoS qos) {
            return publish(qos, PublishOptions.NONE);
        }
    }

    @AfterEach
    void closeClients() {
        fixture.close();
    }

    private static Message other() {
        return Message.of("t", QoS.AT_LEAST_ONCE, "other");
    }

    /** The turn of the loop in which this is called is over. */
    private static void settle(MqttClient client) throws Exception {
        ClientFixture.get(client.pendingPublications());
    }

    // --- the ends

    private static Publication acknowledged(Trial trial, QoS qos, ReasonCode code, Diagnostics words) throws Exception {
        Link link = trial.connected(false);
        Publication one = trial.publish(qos);
        int identifier = link.expect(Publish.class).packetIdentifier();
        if (qos == QoS.AT_LEAST_ONCE) {
            link.send(new PubAck(identifier, code, words));
            link.send(new PubAck(identifier, code, words)); // A second one is for nobody.
        } else if (qos == QoS.EXACTLY_ONCE) {
            link.send(new PubRec(identifier, code, words));
            if (!code.isError()) {
                link.expect(PubRel.class);
                link.send(PubComp.success(identifier));
                link.send(PubComp.success(identifier));
            }
        }
        PublishResult result = ClientFixture.get(one);
        assertEquals(new PublishResult(code, words), result);
        return one;
    }

    private static Publication refusedByAFullQueue(Trial trial) {
        trial.builder.limits(ClientLimits.DEFAULT.withMaximumQueued(1, 1_000));
        trial.client().publish(other());
        return trial.publish(QoS.AT_LEAST_ONCE);
    }

    private Publication refusedByALimitOfTheServer(Trial trial) throws Exception {
        CompletableFuture<?> connect = trial.client().connect();
        Link link = fixture.server.nextLink();
        link.expect(Connect.class);
        ServerLimits limits = new ServerLimits(10, 100_000, 0, QoS.AT_LEAST_ONCE, true, true, true, true);
        link.send(new ConnAck(
                false,
                ReasonCode.SUCCESS,
                new ConnAckProperties(-1, -1, null, limits, null, null, null, Diagnostics.NONE)));
        ClientFixture.get(connect);
        return trial.publish(QoS.EXACTLY_ONCE);
    }

    private static Publication cancelled(Trial trial) throws Exception {
        Publication one = trial.publish(QoS.EXACTLY_ONCE);
        one.cancel(false);
        one.cancel(false);
        return one;
    }

    private static Publication expired(Trial trial) {
        trial.builder.queue(QueuePolicy.DEFAULT.withMaximumAge(Duration.ofMillis(20)));
        return trial.publish(QoS.AT_LEAST_ONCE);
    }

    private static Publication droppedForANewerOne(Trial trial) throws Exception {
        trial.builder
                .queue(QueuePolicy.DEFAULT.withOverflow(OverflowPolicy.DROP_OLDEST))
                .limits(ClientLimits.DEFAULT.withMaximumQueued(1, 1_000));
        Publication one = trial.publish(QoS.EXACTLY_ONCE);
        trial.client().publish(other());
        return one;
    }

    private static Publication droppedOffline(Trial trial) {
        trial.builder.queue(QueuePolicy.DEFAULT.withOfflineQos0(OfflineQos0.DROP));
        return trial.publish(QoS.AT_MOST_ONCE);
    }

    private static Publication timedOutUnsent(Trial trial) {
        return trial.publish(QoS.EXACTLY_ONCE, PublishOptions.NONE.withTimeout(Duration.ofMillis(20)));
    }

    /** It goes on, and is acknowledged later: that is not told, not even to somebody who looks for it meanwhile. */
    private static Publication timedOutSent(Trial trial) throws Exception {
        Link link = trial.connected(false);
        Publication one = trial.publish(QoS.AT_LEAST_ONCE, PublishOptions.NONE.withTimeout(Duration.ofMillis(20)));
        ClientFixture.failure(one);
        List<Publication> pending = ClientFixture.get(trial.client().pendingPublications());
        assertEquals(List.of(), pending);
        if (link.poll(0) instanceof Publish publish) {
            // Otherwise the time was over before it could be sent.
            link.send(PubAck.success(publish.packetIdentifier()));
        }
        settle(trial.client());
        return one;
    }

    private Publication lostWithItsSession(Trial trial) throws Exception {
        trial.builder.lostSession(LostSessionPolicy.FAIL);
        Link link = trial.connected(false);
        Publication one = trial.publish(QoS.EXACTLY_ONCE);
        int identifier = link.expect(Publish.class).packetIdentifier();
        link.cut(null);
        Link second = fixture.server.acceptNext(false);
        ClientFixture.failure(one);
        second.send(PubRec.success(identifier)); // Nobody knows it any more.
        second.expect(PubRel.class);
        second.send(PubComp.success(identifier));
        return one;
    }

    private void prepare() {
        for (QoS qos : QoS.values()) {
            scenarios.put(
                    "success of " + qos,
                    new Scenario(
                            PublicationState.COMPLETED,
                            trial -> acknowledged(trial, qos, ReasonCode.SUCCESS, Diagnostics.NONE)));
            if (qos != QoS.AT_MOST_ONCE) {
                scenarios.put(
                        "refusal of " + qos + " by the server",
                        new Scenario(
                                PublicationState.COMPLETED,
                                trial -> acknowledged(trial, qos, ReasonCode.QUOTA_EXCEEDED, WORDS)));
            }
        }
        scenarios.put("full queue", new Scenario(PublicationState.REFUSED, PublicationEndTest::refusedByAFullQueue));
        scenarios.put("limit of the server", new Scenario(PublicationState.REFUSED, this::refusedByALimitOfTheServer));
        scenarios.put("cancelled", new Scenario(PublicationState.CANCELLED, PublicationEndTest::cancelled));
        scenarios.put("expired", new Scenario(PublicationState.EXPIRED, PublicationEndTest::expired));
        scenarios.put(
                "dropped for a newer one",
                new Scenario(PublicationState.DROPPED, PublicationEndTest::droppedForANewerOne));
        scenarios.put("dropped offline", new Scenario(PublicationState.DROPPED, PublicationEndTest::droppedOffline));
        scenarios.put("timed out unsent", new Scenario(PublicationState.TIMED_OUT, PublicationEndTest::timedOutUnsent));
        scenarios.put("timed out sent", new Scenario(PublicationState.TIMED_OUT, PublicationEndTest::timedOutSent));
        scenarios.put("lost with its session", new Scenario(PublicationState.UNKNOWN, this::lostWithItsSession));
    }

    static Stream<Arguments> ends() {
        PublicationEndTest names = new PublicationEndTest();
        names.prepare();
        return names.scenarios.keySet().stream()
                .flatMap(name -> Stream.of(Arguments.of(name, false), Arguments.of(name, true)));
    }

    @ParameterizedTest(name = "{0}, store {1}")
    @MethodSource("ends")
    void futureAndListenerAreToldTheSameEndOnce(String name, boolean stored) throws Exception {
        prepare();
        Scenario scenario = scenarios.get(name);
        Trial trial = new Trial(stored);
        Publication one = scenario.run().of(trial);
        Optional<Throwable> failure = Optional.ofNullable(
                one.handle((result, cause) -> cause).get(ClientFixture.PATIENCE_SECONDS, TimeUnit.SECONDS));
        assertEquals(scenario.end(), one.state(), failure::toString);
        ClientEvent.PublicationEnded ended = theOnlyEndOfOne(trial);
        assertEquals(scenario.end(), ended.state());
        assertEquals("the one", ended.message().payload().text());
        boolean completed = scenario.end() == PublicationState.COMPLETED;
        assertEquals(completed, failure.isEmpty());
        assertEquals(completed ? Optional.of(one.join()) : Optional.empty(), ended.result());
        assertEquals(completed, ended.cause().isEmpty());
        if (scenario.end() == PublicationState.CANCELLED) {
            assertInstanceOf(CancellationException.class, failure.orElseThrow());
        } else if (!completed) {
            assertInstanceOf(PublishException.class, failure.orElseThrow());
            assertSame(failure.orElseThrow(), ended.cause().orElseThrow());
        }
        assertEquals(scenario.end(), one.state(), "An end does not change");
    }

    /** What the listener has heard of the message when it hears the end of another one, which comes later. */
    private ClientEvent.PublicationEnded theOnlyEndOfOne(Trial trial) throws Exception {
        trial.client()
                .publish(
                        Message.of("t", QoS.AT_LEAST_ONCE, "last"),
                        PublishOptions.NONE.withApplicationKey("last").withTimeout(Duration.ofMillis(20)));
        List<ClientEvent.PublicationEnded> ends = new ArrayList<>();
        String key = "";
        while (!key.equals("last")) {
            ClientEvent.PublicationEnded ended = fixture.await(ClientEvent.PublicationEnded.class);
            key = ended.applicationKey().orElse("");
            if (key.equals("one")) {
                ends.add(ended);
            }
        }
        assertEquals(1, ends.size(), ends::toString);
        return ends.get(0);
    }

    @Test
    void closingIsAnEndForTheFutureAndLeavesTheMessageWhereItIs() throws Exception {
        Trial trial = new Trial(true);
        Publication one = trial.publish(QoS.AT_LEAST_ONCE);
        ClientFixture.get(one.stored());
        trial.client().close();
        assertInstanceOf(ClientClosedException.class, ClientFixture.failure(one));
        assertEquals(PublicationState.CLOSED, one.state());
        assertTrue(fixture.events.stream().noneMatch(ClientEvent.PublicationEnded.class::isInstance));
        Publication again = ClientFixture.get(fixture.client(trial.builder).pendingPublications())
                .get(0);
        assertNotSame(one, again);
        assertEquals("one", again.applicationKey().orElseThrow());
    }
}
