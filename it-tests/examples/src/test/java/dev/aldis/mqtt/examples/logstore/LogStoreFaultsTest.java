package dev.aldis.mqtt.examples.logstore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Durability;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.examples.logstore.FaultyChannel.Fault;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.StoreRequest;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A disk that is full or fails, at each step of the example store that it can fail at. */
@Timeout(60)
class LogStoreFaultsTest {

    @TempDir
    Path folder;

    private LogFile file;
    private FaultyChannel channel;

    @BeforeEach
    void open() throws Exception {
        file = new LogFile(folder, "client.log", true, damage -> {
            throw new AssertionError(damage);
        });
        // The channel is the store's own business; hence not by its constructor.
        Field field = LogFile.class.getDeclaredField("channel");
        field.setAccessible(true);
        channel = new FaultyChannel((FileChannel) field.get(file));
        field.set(file, channel);
        put(1);
    }

    private void put(long key) {
        ChangeBatch batch = new ChangeBatch();
        batch.put(key, 1, ByteBuffer.allocate(100));
        file.apply(batch);
        file.commit();
    }

    private static List<Long> keys(LogFile opened) {
        return opened.scan(0, 100).stream().map(StoredRecord::key).toList();
    }

    private List<Long> keysAfterOpeningAgain() throws IOException {
        LogFile again = new LogFile(folder, "client.log", true, damage -> {
            throw new AssertionError(damage);
        });
        try {
            return keys(again);
        } finally {
            again.close();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"WRITE", "FORCE", "TRUNCATE"})
    void anAppendThatFailsLeavesNoTraceAndTheNextOneWorks(Fault fault) throws IOException {
        channel.fail(fault);
        UncheckedIOException failure = assertThrows(UncheckedIOException.class, () -> put(2));
        assertTrue(failure.getMessage().contains("No space left on device"), failure::getMessage);
        file.abandon(failure);
        assertEquals(List.of(1L), keys(file));
        channel.fail(Fault.NONE);
        put(3);
        assertEquals(List.of(1L, 3L), keys(file));
        file.close();
        assertEquals(List.of(1L, 3L), keysAfterOpeningAgain());
    }

    /** A failed batch that could not be cut off at first is cut off at the end. */
    @Test
    void whatFailedIsNotFoundAfterClosing() throws IOException {
        channel.fail(Fault.FORCE);
        UncheckedIOException failure = assertThrows(UncheckedIOException.class, () -> put(2));
        channel.fail(Fault.TRUNCATE);
        file.abandon(failure);
        assertEquals(1, failure.getSuppressed().length);
        channel.fail(Fault.NONE);
        file.close();
        assertEquals(List.of(1L), keysAfterOpeningAgain());
    }

    @Test
    void aCloseThatFailsSaysSoAndLeavesNoFileOpenAndNothingLost() throws IOException {
        channel.fail(Fault.TRUNCATE);
        assertThrows(IOException.class, file::close);
        assertFalse(channel.isOpen());
        assertEquals(List.of(1L), keysAfterOpeningAgain());
    }

    /** What cannot be read is no damage: nothing is set aside, and nothing stays locked. */
    @Test
    void anOpeningThatCannotReadSaysSoAndChangesNothing() throws IOException {
        file.close();
        Path data = folder.resolve("client.log");
        Path away = Files.move(data, folder.resolve("away"));
        Files.createDirectory(data);
        StoreRequest request = new StoreRequest(URI.create("log:" + folder), "client", Durability.POWER, damage -> {
            throw new AssertionError(damage);
        });
        for (int attempt = 0; attempt < 2; attempt++) {
            StoreException refused = assertThrows(
                    StoreException.class,
                    () -> new LogStoreProvider().open(request).close());
            assertTrue(refused.getMessage().contains("cannot be opened"), refused::getMessage);
        }
        Files.delete(data);
        Files.move(away, data);
        assertEquals(List.of(1L), keysAfterOpeningAgain());
    }
}
