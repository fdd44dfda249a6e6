package dev.aldis.mqtt.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(10)
class ReasonCodeTest {

    /** Table 2-6 of the standard. */
    private static final List<Integer> DEFINED = List.of(
            0x00, 0x01, 0x02, 0x04, 0x10, 0x11, 0x18, 0x19, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89,
            0x8A, 0x8B, 0x8C, 0x8D, 0x8E, 0x8F, 0x90, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9A, 0x9B,
            0x9C, 0x9D, 0x9E, 0x9F, 0xA0, 0xA1, 0xA2);

    @Test
    void theCodesAreThoseOfTheStandard() {
        assertEquals(
                DEFINED,
                Arrays.stream(ReasonCode.values()).map(ReasonCode::value).toList());
    }

    @ParameterizedTest
    @EnumSource
    void aCodeIsFoundByItsValue(ReasonCode code) {
        assertSame(code, ReasonCode.of(code.value()));
    }

    @Test
    void otherValuesAreNoCodes() {
        for (int value = -1; value <= 256; value++) {
            if (!DEFINED.contains(value)) {
                assertNull(ReasonCode.of(value), "value " + value);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 256, Integer.MAX_VALUE})
    void valuesThatAreNoByteAreNoCodes(int value) {
        assertNull(ReasonCode.of(value));
    }

    @ParameterizedTest
    @EnumSource
    void errorsBeginAt0x80(ReasonCode code) {
        assertEquals(code.value() >= 0x80, code.isError());
    }

    @ParameterizedTest
    @CsvSource({
        "0, SUCCESS",
        "16, NO_MATCHING_SUBSCRIBERS",
        "129, MALFORMED_PACKET",
        "130, PROTOCOL_ERROR",
        "135, NOT_AUTHORIZED",
        "142, SESSION_TAKEN_OVER",
        "146, PACKET_IDENTIFIER_NOT_FOUND",
        "149, PACKET_TOO_LARGE",
        "162, WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED"
    })
    void aCodeHasTheNameOfTheStandard(int value, ReasonCode code) {
        assertSame(code, ReasonCode.of(value));
    }
}
