package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.ClientLimits;
import dev.aldis.mqtt.api.LostSessionPolicy;
import dev.aldis.mqtt.api.ReconnectPolicy;
import dev.aldis.mqtt.protocol.packet.Connect;
import java.time.Duration;

/**
 * What an engine is made with. Seven values that are independent of each other.
 *
 * @param connect the CONNECT of the first attempt; later ones differ in Clean Start and the assigned identifier
 * @param limits the client's own limits
 * @param connectTimeout from the beginning of an attempt to CONNACK
 * @param reconnect when a lost connection is made again
 * @param lostSession what happens to messages in flight when the session is lost
 * @param journal whether there is a store that outlives the client; without one nothing is written and nothing waits
 * @param seed of the spread of delays
 */
public record EngineSettings(
        Connect connect,
        ClientLimits limits,
        Duration connectTimeout,
        ReconnectPolicy reconnect,
        LostSessionPolicy lostSession,
        boolean journal,
        long seed) {}
