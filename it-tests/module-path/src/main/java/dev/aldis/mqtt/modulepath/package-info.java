/** A small application that runs in a JVM of its own, truly on the module path. */
@NullMarked
package dev.aldis.mqtt.modulepath;

import org.jspecify.annotations.NullMarked;
