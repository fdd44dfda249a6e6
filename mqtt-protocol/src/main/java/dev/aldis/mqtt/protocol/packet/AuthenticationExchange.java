package dev.aldis.mqtt.protocol.packet;

import dev.aldis.mqtt.api.Payload;
import org.jspecify.annotations.Nullable;

/**
 * Authentication Method and Authentication Data (section 4.12).
 *
 * @param method the name of the method
 * @param data what this step carries; null if absent
 */
public record AuthenticationExchange(
        String method, @Nullable Payload data) {}
