/** The store on H2's MVStore. */
@NullMarked
package dev.aldis.mqtt.persistence.h2;

import org.jspecify.annotations.NullMarked;
