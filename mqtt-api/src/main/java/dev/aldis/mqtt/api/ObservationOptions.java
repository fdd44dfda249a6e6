package dev.aldis.mqtt.api;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What is told of the work of a client, besides its events. Immutable.
 *
 * @param packetTrace who sees every Control Packet; empty for nobody
 * @param statisticsListener who is told the statistics from time to time, on the executor for handlers; empty for nobody. An
 *     exception is logged and goes nowhere else
 * @param statisticsInterval the time between two tellings, 1 millisecond to one day
 * @param publicationsReported whether the listener is told of the end of each message, as
 *     {@link ClientEvent.PublicationEnded}; else only of those that nobody awaits and that were not completed
 */
public record ObservationOptions(
        Optional<PacketTrace> packetTrace,
        Optional<Consumer<ClientStatistics>> statisticsListener,
        Duration statisticsInterval,
        boolean publicationsReported) {

    /** Nothing but the events. */
    public static final ObservationOptions NONE =
            new ObservationOptions(Optional.empty(), Optional.empty(), Duration.ofSeconds(1), false);

    /**
     * Checks the interval.
     *
     * @throws IllegalArgumentException if the interval is out of range
     */
    public ObservationOptions {
        Objects.requireNonNull(packetTrace, "packetTrace");
        Objects.requireNonNull(statisticsListener, "statisticsListener");
        if (statisticsInterval.compareTo(Duration.ofMillis(1)) < 0
                || statisticsInterval.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException(
                    "Interval " + statisticsInterval + " is out of range: use 1 millisecond to one day");
        }
    }

    /**
     * These options with somebody who sees every Control Packet.
     *
     * @param trace sees the packets, such as {@link PacketTrace#toLog()}
     * @return new options
     */
    public ObservationOptions withPacketTrace(PacketTrace trace) {
        return new ObservationOptions(Optional.of(trace), statisticsListener, statisticsInterval, publicationsReported);
    }

    /**
     * These options with somebody who is told the statistics from time to time. {@link MqttClient#statistics()} gives them
     * at any time.
     *
     * @param interval the time between two calls, 1 millisecond to one day
     * @param listener takes the statistics
     * @return new options
     * @throws IllegalArgumentException if the interval is out of range
     */
    public ObservationOptions withStatistics(Duration interval, Consumer<ClientStatistics> listener) {
        return new ObservationOptions(packetTrace, Optional.of(listener), interval, publicationsReported);
    }

    /**
     * These options with or without a report of the end of each message.
     *
     * @param flag whether the listener is told of each
     * @return new options
     */
    public ObservationOptions withPublications(boolean flag) {
        return new ObservationOptions(packetTrace, statisticsListener, statisticsInterval, flag);
    }
}
