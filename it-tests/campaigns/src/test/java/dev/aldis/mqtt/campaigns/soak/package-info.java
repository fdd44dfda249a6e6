/** Long runs, in which nothing may grow. */
@NullMarked
package dev.aldis.mqtt.campaigns.soak;

import org.jspecify.annotations.NullMarked;
