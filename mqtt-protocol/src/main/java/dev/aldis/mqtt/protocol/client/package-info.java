/** The client: the one place where engine, codec, store and transport meet. Here too: the store on the heap. */
@NullMarked
package dev.aldis.mqtt.protocol.client;

import org.jspecify.annotations.NullMarked;
