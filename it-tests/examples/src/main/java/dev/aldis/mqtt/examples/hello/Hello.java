package dev.aldis.mqtt.examples.hello;

import dev.aldis.mqtt.api.MessageHandler;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.MqttClientBuilder;
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
        MqttClientBuilder builder = MqttClient.builder().server(arguments[0]).clientIdentifier("hello");
        CompletableFuture<String> greeting = new CompletableFuture<>();
        MessageHandler handler = message -> greeting.complete(message.payload().text());
        try (MqttClient client = builder.build()) {
            client.connect().join();
            client.subscribe("greetings", QoS.AT_LEAST_ONCE, handler).join();
            client.publish("greetings", QoS.AT_LEAST_ONCE, "Hello").join();
            System.out.println(greeting.join());
        }
    }
}
