package dev.aldis.mqtt.protocol.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ClientClosedException;
import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.Dispatch;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MessageProperties;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.MqttClientBuilder;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.ReceiveOptions;
import dev.aldis.mqtt.api.ReceivedMessage;
import dev.aldis.mqtt.api.RequestException;
import dev.aldis.mqtt.api.ServerLimits;
import dev.aldis.mqtt.api.TopicName;
import dev.aldis.mqtt.protocol.client.ScriptedServer.Link;
import dev.aldis.mqtt.protocol.packet.ConnAck;
import dev.aldis.mqtt.protocol.packet.ConnAckProperties;
import dev.aldis.mqtt.protocol.packet.Connect;
import dev.aldis.mqtt.protocol.packet.PubAck;
import dev.aldis.mqtt.protocol.packet.Publish;
import dev.aldis.mqtt.protocol.packet.SubAck;
import dev.aldis.mqtt.protocol.packet.Subscribe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests that complete with their responses (section 4.10). */
@Timeout(60)
@SuppressWarnings("FutureReturnValueIgnored") // What a test does not wait for shows in what the server gets.
class RequestTest {

    private static final Duration LONG = Duration.ofMinutes(10);

    private final ClientFixture fixture = new ClientFixture();
    private final List<Object> seen = new ArrayList<>();

    @AfterEach
    void closeClients() {
        fixture.close();
    }

    private static Message question(String text) {
        return Message.of("service", QoS.AT_LEAST_ONCE, text);
    }

    private static void grant(Link link, Subscribe subscribe) {
        link.send(new SubAck(subscribe.packetIdentifier(), List.of(ReasonCode.GRANTED_QOS_1), Diagnostics.NONE));
    }

    private static void respond(Link link, Publish request, String text) {
        MessageProperties asked = request.message().properties();
        Message response = Message.of(asked.responseTopic().orElseThrow().text(), QoS.AT_MOST_ONCE, text)
                .withProperties(MessageProperties.builder()
                        .correlationData(asked.correlationData().orElseThrow())
                        .build());
        link.send(new Publish(response, 0, false, 0, List.of()));
    }

    @Test
    void eachRequestCompletesWithItsOwnResponseInWhateverOrderTheyCome() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        Link link = fixture.connected(client);
        CompletableFuture<ReceivedMessage> first = client.request(question("one"), LONG);
        Subscribe subscribe = link.expect(Subscribe.class);
        grant(link, subscribe);
        Publish one = link.expect(Publish.class);
        CompletableFuture<ReceivedMessage> second = client.request(question("two"), LONG);
        Publish two = link.expect(Publish.class);
        TopicName responses = one.message().properties().responseTopic().orElseThrow();
        assertEquals(
                responses.text(), subscribe.subscriptions().get(0).topicFilter().text());
        assertTrue(responses.text().startsWith("responses/"), responses.text());
        assertNotEquals(
                one.message().properties().correlationData(),
                two.message().properties().correlationData());
        respond(link, two, "answer two");
        assertEquals("answer two", ClientFixture.get(second).payload().text());
        respond(link, one, "answer one");
        respond(link, one, "too much");
        assertEquals("answer one", ClientFixture.get(first).payload().text());
    }

    @Test
    void manyResponsesInReverseOrderFindTheirRequests() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        Link link = fixture.connected(client);
        List<CompletableFuture<ReceivedMessage>> futures = new ArrayList<>();
        List<Publish> requests = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            futures.add(client.request(question("q" + i), LONG));
            if (i == 0) {
                grant(link, link.expect(Subscribe.class));
            }
            requests.add(link.expect(Publish.class));
        }
        for (int i = requests.size() - 1; i >= 0; i--) {
            respond(link, requests.get(i), "a" + i);
        }
        for (int i = 0; i < futures.size(); i++) {
            assertEquals("a" + i, ClientFixture.get(futures.get(i)).payload().text());
        }
    }

    @Test
    void withoutAResponseARequestEndsAfterItsTime() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        Link link = fixture.connected(client);
        CompletableFuture<ReceivedMessage> future = client.request(question("?"), Duration.ofSeconds(1));
        grant(link, link.expect(Subscribe.class));
        Throwable failure = ClientFixture.failure(future);
        assertInstanceOf(RequestException.class, failure);
        assertTrue(String.valueOf(failure.getMessage()).contains("PT1S"), failure.toString());
    }

    @Test
    void aRequestThatTheServerRefusesFails() throws Exception {
        MqttClient client = fixture.client(fixture.builder().responseTopic("mine"));
        Link link = fixture.connected(client);
        CompletableFuture<ReceivedMessage> future = client.request(question("?"), LONG);
        grant(link, link.expect(Subscribe.class));
        Publish request = link.expect(Publish.class);
        assertEquals(
                "mine",
                request.message().properties().responseTopic().orElseThrow().text());
        link.send(new PubAck(request.packetIdentifier(), ReasonCode.NOT_AUTHORIZED, Diagnostics.NONE));
        assertTrue(String.valueOf(ClientFixture.failure(future).getMessage()).contains("NOT_AUTHORIZED"));
    }

    @Test
    void aRefusedSubscriptionFailsTheRequestAndTheNextOneTriesAgain() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        Link link = fixture.connected(client);
        CompletableFuture<ReceivedMessage> future = client.request(question("?"), LONG);
        int identifier = link.expect(Subscribe.class).packetIdentifier();
        link.send(new SubAck(identifier, List.of(ReasonCode.NOT_AUTHORIZED), Diagnostics.NONE));
        assertTrue(String.valueOf(ClientFixture.failure(future).getMessage()).contains("NOT_AUTHORIZED"));
        client.request(question("?"), LONG);
        link.expect(Subscribe.class);
    }

    @Test
    void responsesGoBelowTheResponseInformationOfTheServer() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        CompletableFuture<?> connect = client.connect();
        Link link = fixture.server.nextLink();
        assertTrue(link.expect(Connect.class).properties().requestResponseInformation());
        link.send(new ConnAck(
                false,
                ReasonCode.SUCCESS,
                new ConnAckProperties(-1, -1, null, ServerLimits.NONE, "tenant/7", null, null, Diagnostics.NONE)));
        ClientFixture.get(connect);
        assertEquals(
                "tenant/7",
                client.negotiated().orElseThrow().responseInformation().orElseThrow());
        client.request(question("?"), LONG);
        String filter = link.expect(Subscribe.class)
                .subscriptions()
                .get(0)
                .topicFilter()
                .text();
        assertTrue(filter.startsWith("tenant/7/"), filter);
    }

    @Test
    void closingEndsOpenRequests() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        Link link = fixture.connected(client);
        CompletableFuture<ReceivedMessage> future = client.request(question("?"), LONG);
        grant(link, link.expect(Subscribe.class));
        link.expect(Publish.class);
        client.close();
        assertInstanceOf(ClientClosedException.class, ClientFixture.failure(future));
    }

    @Test
    void aRequestBeforeTheFirstConnectionFails() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        Throwable failure = ClientFixture.failure(client.request(question("?"), LONG));
        assertTrue(String.valueOf(failure.getMessage()).startsWith("Not connected"), failure.toString());
    }

    /** Calls from a handler, and answers the request that it makes. */
    private void fromAHandler(MqttClientBuilder builder, BiConsumer<MqttClient, List<Object>> call) throws Exception {
        CompletableFuture<MqttClient> self = new CompletableFuture<>();
        CompletableFuture<List<Object>> outcomes = new CompletableFuture<>();
        MqttClient client = fixture.client(builder.onMessage("ask", message -> {
            List<Object> caught = new ArrayList<>();
            try {
                call.accept(self.join(), caught);
            } catch (RuntimeException e) {
                caught.add(e);
            }
            outcomes.complete(caught);
        }));
        self.complete(client);
        Link link = fixture.connected(client);
        link.send(new Publish(Message.of("ask", QoS.AT_MOST_ONCE, ""), 0, false, 0, List.of()));
        grant(link, link.expect(Subscribe.class));
        respond(link, link.expect(Publish.class), "answer");
        seen.addAll(ClientFixture.get(outcomes));
    }

    @Test
    void waitingInAHandlerWhichKeepsTheResponseAwayFailsAtOnce() throws Exception {
        CompletableFuture<String> later = new CompletableFuture<>();
        fromAHandler(fixture.builder(), (client, outcomes) -> {
            CompletableFuture<ReceivedMessage> response = client.request(question("?"), LONG);
            CompletableFuture<String> text =
                    response.thenApply(message -> message.payload().text());
            for (Callable<Object> wait : List.<Callable<Object>>of(
                    response::join, response::get, () -> response.get(1, TimeUnit.HOURS), text::join)) {
                try {
                    outcomes.add(wait.call());
                } catch (Exception e) {
                    outcomes.add(e);
                }
            }
            text.thenAccept(later::complete);
        });
        assertEquals(4, seen.size());
        for (Object outcome : seen) {
            String told = assertInstanceOf(IllegalStateException.class, outcome).getMessage();
            assertTrue(told.contains("handler") && told.contains("thenAccept"), told);
        }
        assertEquals("answer", ClientFixture.get(later));
    }

    @Test
    void inParallelDispatchAHandlerMayWait() throws Exception {
        fromAHandler(
                fixture.builder().receive(ReceiveOptions.DEFAULT.withDispatch(Dispatch.byTopic(2))),
                (client, outcomes) -> outcomes.add(
                        client.request(question("?"), LONG).join().payload().text()));
        assertEquals(List.of("answer"), seen);
    }

    @Test
    void mistakesAreErrorsAtTheCall() {
        MqttClient client = fixture.client(fixture.builder());
        assertThrows(IllegalArgumentException.class, () -> client.request(question("?"), Duration.ZERO));
        Message own = question("?")
                .withProperties(MessageProperties.builder()
                        .correlationData(Payload.of("mine"))
                        .build());
        assertThrows(IllegalArgumentException.class, () -> client.request(own, LONG));
        MqttClient old = fixture.client(fixture.builder().protocolVersion(ProtocolVersion.MQTT_3_1_1));
        IllegalArgumentException failure =
                assertThrows(IllegalArgumentException.class, () -> old.request(question("?"), LONG));
        assertTrue(String.valueOf(failure.getMessage()).contains("MQTT_3_1_1"), failure.toString());
    }

    @Test
    void aResponderAnswersWithTheCorrelationDataToTheResponseTopic() throws Exception {
        CompletableFuture<Message> answer = new CompletableFuture<>();
        MqttClient client = fixture.client(fixture.builder()
                .onMessage(
                        "service",
                        message -> answer.complete(message.response(QoS.AT_LEAST_ONCE, Payload.of("yes"))
                                .orElseThrow())));
        Link link = fixture.connected(client);
        Message request = question("?")
                .withProperties(MessageProperties.builder()
                        .responseTopic(TopicName.of("back"))
                        .correlationData(Payload.of("c"))
                        .build());
        link.send(new Publish(request, 1, false, 0, List.of()));
        Message response = ClientFixture.get(answer);
        assertEquals("back", response.topic().text());
        assertEquals(Payload.of("c"), response.properties().correlationData().orElseThrow());
        assertTrue(response.properties().responseTopic().isEmpty());
    }
}
