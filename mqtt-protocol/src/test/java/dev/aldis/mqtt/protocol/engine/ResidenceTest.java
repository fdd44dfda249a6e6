package dev.aldis.mqtt.protocol.engine;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ResidenceTest {

    private final Residence residence = new Residence(10, 1_000);

    @Test
    void theFrontIsFullWithSoManyMessagesOrBytes() {
        assertFalse(residence.isFull(9, 999));
        assertTrue(residence.isFull(10, 0));
        assertTrue(residence.isFull(0, 1_000));
    }

    @Test
    void halfOfThatIsEnoughNotToReadMore() {
        assertFalse(residence.isEnough(4, 499));
        assertTrue(residence.isEnough(5, 0));
        assertTrue(residence.isEnough(0, 500));
    }
}
