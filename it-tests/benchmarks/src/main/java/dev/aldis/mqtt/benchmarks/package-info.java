/** Measurements of throughput, latency and allocation. */
@NullMarked
package dev.aldis.mqtt.benchmarks;

import org.jspecify.annotations.NullMarked;
