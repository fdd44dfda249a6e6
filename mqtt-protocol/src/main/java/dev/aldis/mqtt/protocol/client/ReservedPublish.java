package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.MqttException;
import dev.aldis.mqtt.protocol.engine.OutboundMessage;

/** Publishes a message for which room was reserved. */
final class ReservedPublish extends Command {

    private final ClientLoop loop;
    private final OutboundMessage message;
    private final PublishOperation operation;

    ReservedPublish(ClientLoop loop, OutboundMessage message, PublishOperation operation) {
        this.loop = loop;
        this.message = message;
        this.operation = operation;
    }

    @Override
    public void run() {
        loop.engine().publishReserved(message);
        operation.begun();
        loop.room().arrived(loop.engine(), message.message().payload().sizeBytes());
    }

    @Override
    public void abort(MqttException cause) {
        loop.room().release(message.message().payload().sizeBytes());
        operation.abort(cause);
    }
}
