/** What the tests across modules stand on: brokers, programs in processes of their own, a link that can be cut. */
@NullMarked
package dev.aldis.mqtt.support;

import org.jspecify.annotations.NullMarked;
