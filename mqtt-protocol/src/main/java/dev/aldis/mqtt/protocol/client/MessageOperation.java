package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.MqttException;
import dev.aldis.mqtt.api.PublicationState;
import dev.aldis.mqtt.api.PublishResult;

/** Who wants to know what becomes of a message to the server. Told on the event loop. */
interface MessageOperation extends QueueNode {

    /** A PUBLISH is on its way. */
    void handleSent();

    /** A PUBREL is on its way. */
    void handleReleased();

    /** The message is durable; or, of QoS 0, handed to the transport. */
    void handleStored();

    /** The end: the server has answered. */
    void succeed(PublishResult result);

    /** The end: without an answer of the server. */
    void fail(PublicationState end, MqttException cause);
}
