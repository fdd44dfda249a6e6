/** HiveMQ Community Edition as a program for the tests. */
@NullMarked
package dev.aldis.mqtt.broker.hivemq;

import org.jspecify.annotations.NullMarked;
