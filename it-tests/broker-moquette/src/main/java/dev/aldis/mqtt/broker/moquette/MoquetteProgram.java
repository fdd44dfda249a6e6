package dev.aldis.mqtt.broker.moquette;

import io.moquette.broker.Server;
import io.moquette.broker.config.IConfig;
import java.util.Properties;

/** Runs Moquette on a port of the loopback address until its standard input ends: {@code PORT FOLDER}. */
public final class MoquetteProgram {

    private MoquetteProgram() {}

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
        Properties properties = new Properties();
        properties.setProperty(IConfig.HOST_PROPERTY_NAME, "127.0.0.1");
        properties.setProperty(IConfig.PORT_PROPERTY_NAME, arguments[0]);
        properties.setProperty(IConfig.WEB_SOCKET_PORT_PROPERTY_NAME, arguments[2]);
        properties.setProperty(IConfig.DATA_PATH_PROPERTY_NAME, arguments[1]);
        properties.setProperty(IConfig.ALLOW_ANONYMOUS_PROPERTY_NAME, "true");
        properties.setProperty(IConfig.ENABLE_TELEMETRY_NAME, "false");
        Server broker = new Server();
        broker.startServer(properties);
        System.out.println("listening");
        System.in.readAllBytes();
        broker.stopServer();
    }
}
