/** The store on Chronicle Queue; it provides nothing yet. */
@NullMarked
package dev.aldis.mqtt.persistence.chronicle;

import org.jspecify.annotations.NullMarked;
