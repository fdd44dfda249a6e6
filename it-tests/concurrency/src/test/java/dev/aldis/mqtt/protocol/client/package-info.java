/** Interleavings of the threads around a client. In its package, because what meets there is nobody else's business. */
@org.jspecify.annotations.NullMarked
package dev.aldis.mqtt.protocol.client;
