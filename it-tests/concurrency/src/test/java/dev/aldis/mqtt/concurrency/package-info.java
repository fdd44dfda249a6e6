/** Calls from many threads at once, through the API only. */
@org.jspecify.annotations.NullMarked
package dev.aldis.mqtt.concurrency;
