/** What campaigns have in common: lanes of numbered messages, and the ledgers that account for them. */
@NullMarked
package dev.aldis.mqtt.campaigns;

import org.jspecify.annotations.NullMarked;
