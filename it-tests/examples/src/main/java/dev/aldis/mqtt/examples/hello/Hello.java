package dev.aldis.mqtt.examples.hello;

import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.QoS;
import java.util.concurrent.CompletableFuture;

/** Sends a greeting to itself. */
public final class Hello {

    private Hello() {}

    /**
     * Runs the program.
     *
     * @param arguments the URI of a server, such as {@code mqtt://localhost:1883}
     */
    public static void main(String[] arguments) {
        CompletableFuture<String> greeting = new CompletableFuture<>();
        try (MqttClient client = MqttClient.builder().server(arguments[0]).build()) {
            client.connect().join();
            client.subscribe(
                            "greetings",
                            QoS.AT_LEAST_ONCE,
                            message -> greeting.complete(message.payload().text()))
                    .join();
            client.publish("greetings", QoS.AT_LEAST_ONCE, "Hello").join();
            System.out.println(greeting.join());
        }
    }
}
