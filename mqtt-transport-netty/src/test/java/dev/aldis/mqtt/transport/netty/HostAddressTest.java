package dev.aldis.mqtt.transport.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostAddressTest {

    @ParameterizedTest
    @CsvSource({
        "mqtt://localhost, localhost, 1883",
        "mqtt://localhost:1, localhost, 1",
        "mqtt://localhost:65535/, localhost, 65535",
        "mqtt://user:secret@localhost:2, localhost, 2",
        "mqtt://127.0.0.1:3, 127.0.0.1, 3",
        "mqtt://[::1], ::1, 1883",
        "mqtt://[::1]:4, ::1, 4",
        "mqtt://name_with_underscore, name_with_underscore, 1883",
        "mqtt://name_with_underscore:5, name_with_underscore, 5",
        "mqtt://user:secret@name_with_underscore:6/path, name_with_underscore, 6"
    })
    void hostAndPortAreThoseOfTheUri(String uri, String host, int port) {
        assertEquals(new HostAddress(host, port), HostAddress.of(URI.create(uri), 1883));
    }

    @ParameterizedTest
    @ValueSource(strings = {"mqtt:localhost", "mqtt:///path", "mqtt://:1883", "mqtt://localhost:0", "mqtt://a_b:65536"})
    void aUriWithoutHostOrPossiblePortIsRefused(String uri) {
        assertThrows(IllegalArgumentException.class, () -> HostAddress.of(URI.create(uri), 1883));
    }

    @Test
    void aRefusalDoesNotRepeatThePasswordOfTheUri() {
        IllegalArgumentException refusal = assertThrows(
                IllegalArgumentException.class,
                () -> HostAddress.of(URI.create("mqtt://user:secret@localhost:70000"), 1883));
        assertTrue(refusal.getMessage().contains("70000"), refusal.getMessage());
        assertFalse(refusal.getMessage().contains("secret"), refusal.getMessage());
    }

    @Test
    void anAddressOfIpv6IsWrittenInBrackets() {
        assertEquals("[::1]:1883", new HostAddress("::1", 1883).toString());
        assertEquals("localhost:1883", new HostAddress("localhost", 1883).toString());
    }

    @Test
    void allAddressesOfTheHostAreTakenInTheirOrder() throws Exception {
        InetAddress first = InetAddress.getByAddress("both", new byte[] {127, 0, 0, 2});
        InetAddress second = InetAddress.getByAddress("both", new byte[] {127, 0, 0, 1});
        assertEquals(
                List.of(new InetSocketAddress(first, 7), new InetSocketAddress(second, 7)),
                new HostAddress("both", 7).lookUp(host -> new InetAddress[] {first, second}));
    }

    @Test
    void familiesTakeTurnsBeginningWithThePreferredOne() throws Exception {
        InetAddress[] found = {
            InetAddress.getByName("2001:db8::1"),
            InetAddress.getByName("2001:db8::2"),
            InetAddress.getByName("2001:db8::3"),
            InetAddress.getByName("192.0.2.1"),
        };
        assertEquals(
                List.of(found[0], found[3], found[1], found[2]),
                new HostAddress("both", 7)
                        .lookUp(host -> found).stream()
                                .map(address -> ((InetSocketAddress) address).getAddress())
                                .toList());
    }
}
