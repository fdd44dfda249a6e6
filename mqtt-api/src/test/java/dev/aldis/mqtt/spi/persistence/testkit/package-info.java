/**
 * The contract of a store as tests: extend {@link dev.aldis.mqtt.spi.persistence.testkit.SessionStoreContractTest} with
 * your provider and run it. Shipped as the test JAR of {@code mqtt-api}.
 */
@NullMarked
package dev.aldis.mqtt.spi.persistence.testkit;

import org.jspecify.annotations.NullMarked;
