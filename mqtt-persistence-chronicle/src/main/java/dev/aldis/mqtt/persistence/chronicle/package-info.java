/** The store on Chronicle Queue. */
@NullMarked
package dev.aldis.mqtt.persistence.chronicle;

import org.jspecify.annotations.NullMarked;
