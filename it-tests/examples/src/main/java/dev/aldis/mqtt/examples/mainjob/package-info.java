/** The main job: a real data set through a real broker, with a publisher that is killed part way. */
@NullMarked
package dev.aldis.mqtt.examples.mainjob;

import org.jspecify.annotations.NullMarked;
