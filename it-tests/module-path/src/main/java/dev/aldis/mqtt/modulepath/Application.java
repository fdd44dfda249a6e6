package dev.aldis.mqtt.modulepath;

import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.PublishResult;
import dev.aldis.mqtt.api.QoS;
import java.util.concurrent.TimeUnit;

/** Says which modules it runs with, and publishes one message. */
public final class Application {

    private Application() {}

    /**
     * Prints one line for each module that is not the JDK's, one for Java Flight Recorder, one for
     * the class path, and one for the message published.
     *
     * @param arguments the URI of the server and that of the store
     * @throws Exception if the message is not acknowledged within 20 seconds
     */
    public static void main(String[] arguments) throws Exception {
        ModuleLayer.boot().modules().stream()
                .map(Module::getName)
                .filter(name -> !name.startsWith("java.") && !name.startsWith("jdk."))
                .sorted()
                .forEach(name -> System.out.println("module " + name));
        System.out.println(
                "flight recorder " + ModuleLayer.boot().findModule("jdk.jfr").isPresent());
        System.out.println("class path [" + System.getProperty("java.class.path") + "]");
        try (MqttClient client = MqttClient.builder()
                .server(arguments[0])
                .clientIdentifier("module-path")
                .persistence(arguments[1])
                .build()) {
            client.connect().get(20, TimeUnit.SECONDS);
            PublishResult result =
                    client.publish("greeting", QoS.EXACTLY_ONCE, "hello").get(20, TimeUnit.SECONDS);
            System.out.println("published " + result.reasonCode());
        }
    }
}
