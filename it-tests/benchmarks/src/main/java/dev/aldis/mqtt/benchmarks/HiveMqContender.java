package dev.aldis.mqtt.benchmarks;

import com.hivemq.client.mqtt.MqttClientExecutorConfig;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscribe;
import com.hivemq.client.mqtt.mqtt5.message.unsubscribe.Mqtt5Unsubscribe;
import io.reactivex.schedulers.Schedulers;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The HiveMQ MQTT Client: as it comes, which is one future for each publish, completed on RxJava's computation threads;
 * or tuned, which is one stream for all publishes, completed on the event loop. Its documentation suggests both.
 */
final class HiveMqContender implements Contender {

    private final Mqtt5AsyncClient client;
    private final Mqtt5Publish[] messages = new Mqtt5Publish[3];
    private final @Nullable HiveMqStream[] streams = new HiveMqStream[3];
    private final boolean tuned;

    HiveMqContender(int port, boolean tuned) throws Exception {
        this.tuned = tuned;
        Mqtt5ClientBuilder builder =
                Mqtt5Client.builder().serverHost("127.0.0.1").serverPort(port).identifier("benchmark");
        if (tuned) {
            builder = builder.executorConfig(MqttClientExecutorConfig.builder()
                    .nettyThreads(1)
                    .applicationScheduler(Schedulers.from(Runnable::run))
                    .build());
        }
        client = builder.buildAsync();
        client.connect().get(10, TimeUnit.SECONDS);
        for (MqttQos qos : MqttQos.values()) {
            messages[qos.getCode()] = Mqtt5Publish.builder()
                    .topic(Benchmarks.TOPIC)
                    .qos(qos)
                    .payload(new byte[Benchmarks.PAYLOAD_BYTES])
                    .build();
        }
    }

    @Override
    public void publish(int qos, Completion completion) {
        if (tuned) {
            stream(qos).publish(messages[qos], completion);
        } else {
            var unused = client.publish(messages[qos]).whenComplete(completion);
        }
    }

    private HiveMqStream stream(int qos) {
        HiveMqStream stream = streams[qos];
        if (stream == null) {
            stream = new HiveMqStream(client.toRx());
            streams[qos] = stream;
        }
        return stream;
    }

    @Override
    public void subscribe(String filter, int qos, Runnable received) throws Exception {
        Mqtt5Subscribe subscribe = Mqtt5Subscribe.builder()
                .topicFilter(filter)
                .qos(Objects.requireNonNull(MqttQos.fromCode(qos)))
                .build();
        client.subscribe(subscribe, message -> received.run()).get(10, TimeUnit.SECONDS);
    }

    @Override
    public void unsubscribe(String filter) throws Exception {
        client.unsubscribe(Mqtt5Unsubscribe.builder().topicFilter(filter).build())
                .get(10, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws Exception {
        client.disconnect().get(10, TimeUnit.SECONDS);
    }
}
