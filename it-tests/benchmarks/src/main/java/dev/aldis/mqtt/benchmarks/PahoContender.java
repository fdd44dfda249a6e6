package dev.aldis.mqtt.benchmarks;

import java.nio.file.Path;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttClientPersistence;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.client.persist.MqttDefaultFilePersistence;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/** The asynchronous client of Eclipse Paho Java for MQTT 5. */
final class PahoContender implements Contender {

    private static final long WAIT_MILLIS = 10_000;

    private static final MqttActionListener LISTENER = new MqttActionListener() {
        @Override
        public void onSuccess(IMqttToken token) {
            ((Completion) token.getUserContext()).completed();
        }

        @Override
        public void onFailure(IMqttToken token, Throwable cause) {
            ((Completion) token.getUserContext()).failed(cause);
        }
    };

    private final MqttAsyncClient client;
    private final byte[] payload = new byte[Benchmarks.PAYLOAD_BYTES];

    private PahoContender(int port, MqttClientPersistence persistence) throws Exception {
        client = new MqttAsyncClient("tcp://127.0.0.1:" + port, "benchmark", persistence);
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setCleanStart(true);
        client.connect(options).waitForCompletion(WAIT_MILLIS);
    }

    static PahoContender inMemory(int port) throws Exception {
        return new PahoContender(port, new MemoryPersistence());
    }

    static PahoContender onFiles(int port, Path directory) throws Exception {
        return new PahoContender(port, new MqttDefaultFilePersistence(directory.toString()));
    }

    /** A message of its own for each publish, since Paho changes the one that it is given. */
    @Override
    public void publish(int qos, Completion completion) throws Exception {
        client.publish(
                Benchmarks.TOPIC, new MqttMessage(payload, qos, false, new MqttProperties()), completion, LISTENER);
    }

    @Override
    public void subscribe(String filter, int qos, Runnable received) throws Exception {
        // Listeners of single subscriptions need Subscription Identifiers from the server; the callback for all does
        // not.
        client.setCallback(new PahoCallback(received));
        client.subscribe(filter, qos).waitForCompletion(WAIT_MILLIS);
    }

    @Override
    public void unsubscribe(String filter) throws Exception {
        client.unsubscribe(filter).waitForCompletion(WAIT_MILLIS);
    }

    @Override
    public void close() throws Exception {
        client.disconnect().waitForCompletion(WAIT_MILLIS);
        client.close();
    }
}
