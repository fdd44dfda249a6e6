package dev.aldis.mqtt.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObservationOptionsTest {

    @Test
    void eachOptionLeavesTheOthersAsTheyAre() {
        PacketTrace trace = packet -> {};
        ObservationOptions options = ObservationOptions.NONE
                .withPacketTrace(trace)
                .withPublications(true)
                .withStatistics(Duration.ofDays(1), statistics -> {});
        assertEquals(Optional.of(trace), options.packetTrace());
        assertTrue(options.publicationsReported());
        assertEquals(Duration.ofDays(1), options.statisticsInterval());
        assertEquals(
                options.statisticsListener(), options.withPublications(false).statisticsListener());
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT0.000999999S", "P1DT0.001S"})
    void intervalOutOfRangeIsRefused(String interval) {
        Exception refusal = assertThrows(
                IllegalArgumentException.class,
                () -> ObservationOptions.NONE.withStatistics(Duration.parse(interval), statistics -> {}));
        assertTrue(String.valueOf(refusal.getMessage()).contains("1 millisecond to one day"), refusal::toString);
    }
}
