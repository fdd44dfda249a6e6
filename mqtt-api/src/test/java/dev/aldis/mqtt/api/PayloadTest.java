package dev.aldis.mqtt.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class PayloadTest {

    @Test
    void aCopyDoesNotChangeWithItsSource() {
        byte[] source = {1, 2, 3};
        Payload payload = Payload.copyOf(source);
        source[0] = 9;
        assertArrayEquals(new byte[] {1, 2, 3}, payload.toByteArray());
    }

    @Test
    void whatIsHandedOutIsACopyOrReadOnly() {
        Payload payload = Payload.wrap(new byte[] {1, 2, 3});
        payload.toByteArray()[0] = 9;
        assertNotSame(payload.toByteArray(), payload.toByteArray());
        assertTrue(payload.asByteBuffer().isReadOnly());
        assertEquals(1, payload.toByteArray()[0]);
    }

    @Test
    void aBufferIsCopiedFromItsPositionToItsLimitAndNotMoved() {
        ByteBuffer heap = ByteBuffer.wrap("xabcy".getBytes(UTF_8)).position(1).limit(4);
        ByteBuffer direct = ByteBuffer.allocateDirect(5)
                .put("xabcy".getBytes(UTF_8))
                .flip()
                .position(1)
                .limit(4);
        for (ByteBuffer buffer : new ByteBuffer[] {heap, direct, heap.slice()}) {
            int position = buffer.position();
            assertEquals("abc", Payload.copyOf(buffer).text());
            assertEquals(position, buffer.position());
            assertEquals(3, buffer.remaining());
        }
        Payload copy = Payload.copyOf(heap);
        heap.put(1, (byte) 'z');
        assertEquals("abc", copy.text());
    }

    @Test
    void noBytesAreOneObject() {
        assertSame(Payload.EMPTY, Payload.copyOf(new byte[0]));
        assertSame(Payload.EMPTY, Payload.wrap(new byte[0]));
        assertSame(Payload.EMPTY, Payload.of(""));
        assertSame(Payload.EMPTY, Payload.copyOf(ByteBuffer.allocate(0)));
        assertEquals(0, Payload.EMPTY.sizeBytes());
        assertEquals("", Payload.EMPTY.text());
    }

    @Test
    void textIsUtf8() {
        Payload payload = Payload.of("é\uD83D\uDE00");
        assertEquals(6, payload.sizeBytes());
        assertArrayEquals("é\uD83D\uDE00".getBytes(UTF_8), payload.toByteArray());
        assertEquals("é\uD83D\uDE00", payload.text());
        assertEquals("a\uFFFD", Payload.wrap(new byte[] {'a', (byte) 0xFF}).text());
    }

    @Test
    void bytesAreCopiedToTheirPlace() {
        byte[] target = new byte[5];
        Payload.of("abc").copyTo(target, 1);
        assertArrayEquals(new byte[] {0, 'a', 'b', 'c', 0}, target);
    }

    @Test
    void payloadsAreEqualIfTheirBytesAre() {
        assertEquals(Payload.of("abc"), Payload.copyOf("abc".getBytes(UTF_8)));
        assertEquals(
                Payload.of("abc").hashCode(),
                Payload.copyOf("abc".getBytes(UTF_8)).hashCode());
        assertNotEquals(Payload.of("abc"), Payload.of("abd"));
        assertNotEquals(Payload.of("abc"), Payload.of("abcd"));
    }

    @Test
    void itsTextFormShowsTheSizeOnly() {
        assertEquals("Payload[6 bytes]", Payload.of("secret").toString());
    }
}
