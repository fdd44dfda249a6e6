/**
 * The contract of a transport as tests, for authors of providers: extend
 * {@link dev.aldis.mqtt.spi.transport.testkit.TransportContractTest} and run it.
 */
@NullMarked
package dev.aldis.mqtt.spi.transport.testkit;

import org.jspecify.annotations.NullMarked;
