/** The store in tables of an H2 server, reached over TCP. */
@NullMarked
package dev.aldis.mqtt.persistence.h2.server;

import org.jspecify.annotations.NullMarked;
