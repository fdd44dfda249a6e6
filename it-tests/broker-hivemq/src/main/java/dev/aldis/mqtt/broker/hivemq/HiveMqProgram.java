package dev.aldis.mqtt.broker.hivemq;

import com.hivemq.embedded.EmbeddedExtension;
import com.hivemq.embedded.EmbeddedHiveMQ;
import com.hivemq.extension.sdk.api.ExtensionMain;
import com.hivemq.extension.sdk.api.auth.SimpleAuthenticator;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartOutput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopOutput;
import com.hivemq.extension.sdk.api.services.Services;
import java.nio.file.Files;
import java.nio.file.Path;

/** Runs HiveMQ on a port of the loopback address until its standard input ends: {@code PORT FOLDER}. */
public final class HiveMqProgram {

    /** Says why a listener could not be started, too. */
    private static final String LOGGING = """
            <configuration>
                <appender name="CONSOLE" class="ch.qos.logback.core.ConsoleAppender">
                    <encoder><pattern>%d %-5level - %msg%n%ex</pattern></encoder>
                </appender>
                <logger name="com.hivemq" level="INFO"/>
                <logger name="com.hivemq.bootstrap.StartupListenerVerifier" level="DEBUG"/>
                <root level="WARN"><appender-ref ref="CONSOLE"/></root>
            </configuration>
            """;

    private HiveMqProgram() {}

    /**
     * Starts the broker, says so, and stops it in good order when there is nothing more to read.
     *
     * @param arguments the port, the folder for its files, and the port of WebSocket
     */
    public static void main(String[] arguments) {
        int exitCode = 0;
        try {
            run(arguments);
        } catch (Exception e) {
            e.printStackTrace();
            exitCode = 1;
        }
        // Threads of it that are no daemons would keep the process.
        System.exit(exitCode);
    }

    private static void run(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[1]);
        Path configuration = Files.createDirectories(folder.resolve("configuration"));
        Files.writeString(configuration.resolve("config.xml"), configuration(arguments[0], arguments[2]));
        Files.writeString(configuration.resolve("logback.xml"), LOGGING);
        System.setProperty("hivemq.log.folder", folder.resolve("log").toString());
        EmbeddedHiveMQ broker = EmbeddedHiveMQ.builder()
                .withConfigurationFolder(configuration)
                .withDataFolder(Files.createDirectories(folder.resolve("data")))
                .withExtensionsFolder(Files.createDirectories(folder.resolve("extensions")))
                .withEmbeddedExtension(everybodyMayEnter())
                .build();
        broker.start().get();
        System.out.println("listening");
        System.in.readAllBytes();
        broker.stop().get();
    }

    private static String configuration(String port, String webSocketPort) {
        return """
                <?xml version="1.0"?>
                <hivemq>
                    <listeners>
                        <tcp-listener>
                            <port>%s</port>
                            <bind-address>127.0.0.1</bind-address>
                        </tcp-listener>
                        <websocket-listener>
                            <port>%s</port>
                            <bind-address>127.0.0.1</bind-address>
                            <path>/mqtt</path>
                            <subprotocols><subprotocol>mqtt</subprotocol></subprotocols>
                        </websocket-listener>
                    </listeners>
                    <persistence><mode>file</mode></persistence>
                    <anonymous-usage-statistics><enabled>false</enabled></anonymous-usage-statistics>
                </hivemq>
                """.formatted(port, webSocketPort);
    }

    /** Without an authenticator it lets nobody in. */
    private static EmbeddedExtension everybodyMayEnter() {
        return EmbeddedExtension.builder()
                .withId("everybody")
                .withName("everybody may enter")
                .withVersion("1")
                .withExtensionMain(new ExtensionMain() {
                    @Override
                    public void extensionStart(ExtensionStartInput input, ExtensionStartOutput output) {
                        SimpleAuthenticator authenticator = (connect, answer) -> answer.authenticateSuccessfully();
                        Services.securityRegistry().setAuthenticatorProvider(provider -> authenticator);
                    }

                    @Override
                    public void extensionStop(ExtensionStopInput input, ExtensionStopOutput output) {}
                })
                .build();
    }
}
