package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.ClientLimits;
import dev.aldis.mqtt.api.LostSessionPolicy;
import dev.aldis.mqtt.api.QueuePolicy;
import dev.aldis.mqtt.protocol.packet.Connect;
import java.time.Duration;

/**
 * What an engine is made with. Nine values that are independent of each other.
 *
 * @param connect the CONNECT of an attempt that brings none of its own
 * @param limits the client's own limits
 * @param connectTimeout from the beginning of an attempt to CONNACK
 * @param attempts which attempts to connect there are
 * @param lostSession what happens to messages in flight when the session is lost
 * @param receipts when PUBREC answers a QoS 2 message
 * @param queue what becomes of messages that wait
 * @param journal whether there is a store that outlives the client; without one nothing is written and nothing waits
 * @param seed of the spread of delays
 */
public record EngineSettings(
        Connect connect,
        ClientLimits limits,
        Duration connectTimeout,
        AttemptSettings attempts,
        LostSessionPolicy lostSession,
        Receipts receipts,
        QueuePolicy queue,
        boolean journal,
        long seed) {}
