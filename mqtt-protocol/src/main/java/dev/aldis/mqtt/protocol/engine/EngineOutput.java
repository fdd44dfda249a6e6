package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.ConnectResult;
import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.MqttException;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.api.SubscribeResult;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.PacketType;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import org.jspecify.annotations.Nullable;

/** What an engine asks for while it is drained, in the order in which it is to be done. */
public interface EngineOutput {

    /** Begin to connect. */
    void openConnection(Attempt attempt);

    /** Close the connection, after what was sent; or give up the attempt to connect. */
    void closeConnection();

    /** Whether more may be sent in this turn; when not, new messages wait. */
    boolean hasRoom();

    /** Send a packet. */
    void send(ControlPacket packet);

    /** Send a PUBLISH. */
    void sendPublish(OutboundMessage message, boolean duplicate);

    /** Send a PUBREL. */
    void sendRelease(OutboundMessage message);

    /** Send a PUBACK, PUBREC or PUBCOMP that says success. */
    void sendAcknowledgement(PacketType type, int packetIdentifier);

    /**
     * Write a batch; {@link Engine#handleStored} or {@link Engine#handleStoreFailure} answers with its number, possibly
     * before this method returns.
     */
    void append(ChangeBatch batch, long number);

    /**
     * Read records of the store, as of all batches that it has confirmed; {@link Engine#handleRecords} or
     * {@link Engine#handleReadFailure} answers, after this method has returned.
     */
    void readRecords(long fromKey, int limit);

    /** The message is durable. */
    void stored(OutboundMessage message);

    /** The message has ended with {@link OutboundMessage#result()}. */
    void completed(OutboundMessage message);

    /** The message has ended without an answer from the server. */
    void failed(OutboundMessage message, PublishFailure kind, MqttException cause);

    /** Hand a message to the application; {@link Engine#accept} or {@link Engine#refuse} answers. */
    void deliver(InboundMessage message);

    /** A subscribe or unsubscribe has its answer. */
    void answered(Request request);

    /** An unsubscribe has its answer, and all that arrived before this answer has been handed over. */
    void unsubscribed(Request request);

    /** A subscribe or unsubscribe will get no answer. */
    void requestFailed(Request request, MqttException cause);

    /** The server has accepted the connection. */
    void connected(ConnectResult result);

    /** The server asks for more Authentication Data; {@link Engine#answerChallenge} answers. */
    void challenged(@Nullable Payload data);

    /** The server says that authenticating again has succeeded. */
    void reauthenticated(Diagnostics diagnostics);

    /** The connection was lost, or an attempt failed. */
    void connectionLost(MqttException cause);

    /** The next attempt follows after a delay. */
    void reconnecting(long delayNanos);

    /** No connection is left and none will be made until asked for. */
    void stopped(MqttException cause);

    /** The server did not have the session any more. */
    void sessionLost(int messagesInFlight);

    /** The client subscribed again after a lost session. */
    void resubscribed(SubscribeResult result);

    /** A record was found that cannot be read; it stays in the store. */
    void storeDamaged(String description);

    /** The store could not be written or read. */
    void storeFailed(StoreException cause);
}
