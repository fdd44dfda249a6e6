/** Links that are cut, stalled, slowed down and corrupted. */
@NullMarked
package dev.aldis.mqtt.campaigns.chaos;

import org.jspecify.annotations.NullMarked;
