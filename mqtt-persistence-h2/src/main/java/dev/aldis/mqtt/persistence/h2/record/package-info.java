/** How a record is stored, in a file and at a server alike. */
@NullMarked
package dev.aldis.mqtt.persistence.h2.record;

import org.jspecify.annotations.NullMarked;
