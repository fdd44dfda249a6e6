/**
 * Decoder, engine, record format and the files of stores under inputs that a fuzzer draws, guided by what they cover. Each
 * target says what must never happen; its corpus lies in the resources.
 */
@NullMarked
package dev.aldis.mqtt.fuzzing;

import org.jspecify.annotations.NullMarked;
