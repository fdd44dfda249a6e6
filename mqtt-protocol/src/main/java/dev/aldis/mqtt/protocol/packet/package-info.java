/** The Control Packets of MQTT 5.0; those of 3.1.1 and 3.1 are the same records with fewer values. Values only. */
@NullMarked
package dev.aldis.mqtt.protocol.packet;

import org.jspecify.annotations.NullMarked;
