/** The transport on Netty. */
@NullMarked
package dev.aldis.mqtt.transport.netty;

import org.jspecify.annotations.NullMarked;
