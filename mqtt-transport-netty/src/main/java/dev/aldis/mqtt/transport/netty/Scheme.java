package dev.aldis.mqtt.transport.netty;

/**
 * What a URI scheme that connects to a host means.
 *
 * @param usualPort the port of a URI that names none
 * @param secured whether there is TLS
 */
public record Scheme(int usualPort, boolean secured) {}
