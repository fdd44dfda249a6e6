package dev.aldis.mqtt.examples;

import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.ReceivedMessage;
import java.util.List;

/** A message as if a client had received it. */
public record Received(Message message, boolean redelivered, long deliveryIdentifier) implements ReceivedMessage {

    @Override
    public boolean duplicate() {
        return false;
    }

    @Override
    public List<Integer> subscriptionIdentifiers() {
        return List.of();
    }
}
