package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.ClientLimits;
import dev.aldis.mqtt.api.LostSessionPolicy;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.QueuePolicy;
import dev.aldis.mqtt.api.ReconnectPolicy;
import dev.aldis.mqtt.protocol.packet.Connect;
import dev.aldis.mqtt.protocol.packet.ConnectProperties;
import java.time.Duration;
import java.util.List;

/**
 * What a simulated world is made of.
 *
 * @param version the protocol version
 * @param policy what happens when the session is lost
 * @param journal whether there is a store
 * @param window how many messages may be under way, in each direction
 * @param outbound the QoS of each message to the server
 * @param inbound the QoS of each message from the server
 * @param keepAliveSeconds the Keep Alive
 * @param room how many packets the link takes before the server has read them
 * @param receipts when PUBREC answers
 * @param queue how many messages the client takes before it refuses more
 * @param sameContent whether the messages from the server differ in nothing that identifies them
 */
record WorldSettings(
        ProtocolVersion version,
        LostSessionPolicy policy,
        boolean journal,
        int window,
        List<QoS> outbound,
        List<QoS> inbound,
        int keepAliveSeconds,
        int room,
        Receipts receipts,
        int queue,
        boolean sameContent) {

    /** A world in which PUBREC leaves when the message is stored, and whose queue is long. */
    WorldSettings(
            ProtocolVersion version,
            LostSessionPolicy policy,
            boolean journal,
            int window,
            List<QoS> outbound,
            List<QoS> inbound,
            int keepAliveSeconds,
            int room) {
        this(
                version,
                policy,
                journal,
                window,
                outbound,
                inbound,
                keepAliveSeconds,
                room,
                Receipts.WHEN_STORED,
                100,
                false);
    }

    /** A world of MQTT 5.0 with a store and these messages, in which nothing but what they are makes a difference. */
    static WorldSettings ofMessages(List<QoS> outbound, List<QoS> inbound) {
        return new WorldSettings(
                ProtocolVersion.MQTT_5, LostSessionPolicy.REPUBLISH, true, 2, outbound, inbound, 0, Integer.MAX_VALUE);
    }

    EngineSettings engineSettings() {
        ConnectProperties properties =
                new ConnectProperties(3600, window, 0xFFFF_FFFFL, 0, false, true, null, List.of());
        return new EngineSettings(
                new Connect(version, "client", false, keepAliveSeconds, properties, null, null),
                ClientLimits.DEFAULT
                        .withReceiveMaximum(window)
                        .withMaximumInFlight(window)
                        .withMaximumQueued(queue, 1 << 20),
                Duration.ofSeconds(10),
                AttemptSettings.of(ReconnectPolicy.DEFAULT.withRetryFirstConnect(true), version),
                policy,
                receipts,
                QueuePolicy.DEFAULT,
                journal,
                1);
    }
}
