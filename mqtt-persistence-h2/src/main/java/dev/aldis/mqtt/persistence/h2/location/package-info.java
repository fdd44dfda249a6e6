/** What a persistence URI of this module may say. */
@NullMarked
package dev.aldis.mqtt.persistence.h2.location;

import org.jspecify.annotations.NullMarked;
