/**
 * The service provider interface for stores: a durable ordered map from a long key to bytes, changed in atomic batches.
 */
@NullMarked
package dev.aldis.mqtt.spi.persistence;

import org.jspecify.annotations.NullMarked;
