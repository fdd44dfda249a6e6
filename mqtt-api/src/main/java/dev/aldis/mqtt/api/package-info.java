/**
 * The MQTT client as an application sees it: {@link dev.aldis.mqtt.api.MqttClient#builder()} is the way in.
 *
 * <p>No parameter and no result is null unless it is marked {@code @Nullable}; a null that is not allowed is a
 * {@link java.lang.NullPointerException} at the call. Interfaces of this package are not for implementation by
 * applications, except those that a builder method takes (handlers and listeners).
 */
@NullMarked
package dev.aldis.mqtt.api;

import org.jspecify.annotations.NullMarked;
