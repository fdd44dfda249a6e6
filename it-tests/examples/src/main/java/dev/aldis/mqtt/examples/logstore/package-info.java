/** A store of one's own, complete: an append-only file. The tutorial docs/writing-a-store.md goes through it. */
@NullMarked
package dev.aldis.mqtt.examples.logstore;

import org.jspecify.annotations.NullMarked;
