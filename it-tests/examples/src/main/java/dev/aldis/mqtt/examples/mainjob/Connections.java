package dev.aldis.mqtt.examples.mainjob;

import dev.aldis.mqtt.api.ClientEvent;

/** What happens to a connection, in few words. */
final class Connections {

    private Connections() {}

    static String describe(ClientEvent event) {
        if (event instanceof ClientEvent.Connecting connecting) {
            return "connecting to " + connecting.server();
        }
        if (event instanceof ClientEvent.Connected connected) {
            return "connected, session " + (connected.result().sessionPresent() ? "resumed" : "new");
        }
        return event.toString();
    }
}
