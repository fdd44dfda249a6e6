package dev.aldis.mqtt.benchmarks;

import dev.aldis.mqtt.api.Durability;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MessageHandler;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.PersistenceOptions;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReceiveOptions;
import dev.aldis.mqtt.api.TopicName;
import dev.aldis.mqtt.api.UnmatchedPolicy;
import java.util.concurrent.TimeUnit;

/** Aldis MQTT as it comes. */
final class AldisContender implements Contender {

    private final MqttClient client;
    private final Message[] messages = new Message[3];

    private final boolean manual;

    AldisContender(int port, String persistence, Durability durability) throws Exception {
        this(port, persistence, durability, false);
    }

    /** With handlers that acknowledge each message by hand. */
    static AldisContender acknowledgingByHand(int port) throws Exception {
        return new AldisContender(port, "memory:", Durability.PROCESS, true);
    }

    private AldisContender(int port, String persistence, Durability durability, boolean manual) throws Exception {
        this.manual = manual;
        client = MqttClient.builder()
                .server("mqtt://127.0.0.1:" + port)
                .clientIdentifier("benchmark")
                .persistence(PersistenceOptions.of(persistence).withDurability(durability))
                // What comes after the end of a subscription is to take no room from the next task.
                .receive(ReceiveOptions.DEFAULT.withUnmatched(UnmatchedPolicy.ACKNOWLEDGE))
                .build();
        client.connect().get(10, TimeUnit.SECONDS);
        for (QoS qos : QoS.values()) {
            messages[qos.level()] =
                    Message.of(TopicName.of(Benchmarks.TOPIC), qos, Payload.wrap(new byte[Benchmarks.PAYLOAD_BYTES]));
        }
    }

    @Override
    public void publish(int qos, Completion completion) {
        // The completion hears of failures.
        var unused = client.publish(messages[qos]).whenComplete(completion);
    }

    @Override
    public void subscribe(String filter, int qos, Runnable received) throws Exception {
        MessageHandler byHand = MessageHandler.manual(delivery -> {
            received.run();
            delivery.acknowledge();
        });
        client.subscribe(filter, QoS.of(qos), manual ? byHand : message -> received.run())
                .get(10, TimeUnit.SECONDS);
    }

    @Override
    public void unsubscribe(String filter) throws Exception {
        client.unsubscribe(filter).get(10, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws Exception {
        client.disconnect().get(10, TimeUnit.SECONDS);
        client.close();
    }
}
