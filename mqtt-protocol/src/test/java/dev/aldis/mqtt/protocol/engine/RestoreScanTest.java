package dev.aldis.mqtt.protocol.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.PublishOptions;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.nio.ByteBuffer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a restart reads of a queue that is longer than what is held in memory. */
class RestoreScanTest {

    private static final Residence FOUR = new Residence(4, 1 << 20);

    private final SessionState session = new SessionState();
    private int probes;
    private int pages;

    @ParameterizedTest
    @ValueSource(longs = {200, 201, 255, 256, 257, 1_000, 100_000, 1_000_000_000_000L})
    void theLastNumberIsFoundWithoutReadingTheQueue(long last) {
        long from = scan(last);
        assertEquals(last + 1, session.nextSequence);
        assertEquals(from - 1, session.queue.size());
        int bits = Long.SIZE - Long.numberOfLeadingZeros(last - from);
        assertTrue(probes <= 2 * bits + 2, () -> probes + " probes for a number of " + bits + " bits");
        assertEquals(4, pages, "session, identifiers, front, from the server");
    }

    @Test
    void aQueueThatFitsIsReadToItsEnd() {
        assertEquals(2, scan(1));
        assertEquals(1, session.queue.size());
        assertEquals(0, probes);
    }

    private long scan(long last) {
        SessionRestore restore = new SessionRestore(session, new Journal(session, new StoreGate(true)));
        Payload content = content();
        RecordSource source = (fromKey, limit) -> {
            if (limit == 1) {
                probes++;
            } else {
                pages++;
            }
            long first = fromKey <= RecordKeys.outbound(1) ? 1 : fromKey - RecordKeys.outbound(0);
            return LongStream.rangeClosed(first, last)
                    .limit(limit)
                    .mapToObj(number ->
                            new StoredRecord(RecordKeys.outbound(number), RecordKind.OUTBOUND.number(), content))
                    .toList();
        };
        return new RestoreScan(source, restore, session, FOUR).run();
    }

    private static Payload content() {
        SessionState other = new SessionState();
        StoreGate gate = new StoreGate(true);
        OutboundMessage message = new OutboundMessage(Message.of("t", QoS.AT_LEAST_ONCE, "1"), PublishOptions.NONE, 0);
        message.sequence = 1;
        new Journal(other, gate).putOutbound(message);
        ChangeBatch batch = gate.take();
        int index = batch.size() - 1;
        return Payload.copyOf(ByteBuffer.wrap(batch.array(), batch.offset(index), batch.lengthBytes(index)));
    }
}
