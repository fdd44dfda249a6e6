package dev.aldis.mqtt.modulepath;

import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.QoS;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Says which modules it runs with, and sends itself one message through each of some servers, exactly once. */
public final class Exchange {

    private static final int PATIENCE_SECONDS = 60;

    private Exchange() {}

    /**
     * Prints one line for each module that is not the JDK's, and one for each message received.
     *
     * @param arguments the URI of the store, then those of the servers
     * @throws Exception if a message does not come
     */
    public static void main(String[] arguments) throws Exception {
        ModuleLayer.boot().modules().stream()
                .map(Module::getName)
                .filter(name -> !name.startsWith("java.") && !name.startsWith("jdk."))
                .sorted()
                .forEach(name -> System.out.println("module " + name));
        for (int i = 1; i < arguments.length; i++) {
            exchange(arguments[i], arguments[0]);
        }
    }

    private static void exchange(String server, String store) throws Exception {
        String topic = "exchange/" + ProcessHandle.current().pid();
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        try (MqttClient client = MqttClient.builder()
                .server(server)
                .clientIdentifier("exchange-" + ProcessHandle.current().pid())
                .sessionExpirySeconds(0)
                .persistence(store)
                .build()) {
            client.connect().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            client.subscribe(
                            topic,
                            QoS.EXACTLY_ONCE,
                            message -> received.add(
                                    message.qos() + " " + message.payload().text()))
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            client.publish(topic, QoS.EXACTLY_ONCE, "hello").get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            System.out.println("received " + received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
        }
    }
}
