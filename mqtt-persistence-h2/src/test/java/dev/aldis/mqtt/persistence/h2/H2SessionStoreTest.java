package dev.aldis.mqtt.persistence.h2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Durability;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.spi.persistence.AppendCompletion;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.SessionStore;
import dev.aldis.mqtt.spi.persistence.StoreProviders;
import dev.aldis.mqtt.spi.persistence.StoreRequest;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class H2SessionStoreTest {

    @TempDir
    Path folder;

    @Test
    void isFoundByItsSchemeAsANamedModule() {
        assertSame(H2StoreProvider.class, StoreProviders.forScheme("h2").getClass());
        assertTrue(H2StoreProvider.class.getModule().isNamed());
        assertEquals(
                "dev.aldis.mqtt.persistence.h2",
                H2StoreProvider.class.getModule().getName());
    }

    @Test
    void aRecordOutlivesItsStore() {
        try (SessionStore store = open()) {
            ChangeBatch batch = new ChangeBatch();
            batch.put(7, 3, ByteBuffer.wrap(new byte[] {1, 2}));
            CompletableFuture<Void> done = new CompletableFuture<>();
            store.append(batch, completing(done));
            done.join();
        }
        try (SessionStore store = open()) {
            StoredRecord record = store.scan(0, 10).get(0);
            assertEquals(7, record.key());
            assertEquals(3, record.kind());
            assertEquals(2, record.content().sizeBytes());
        }
    }

    private SessionStore open() {
        URI location = URI.create("h2:" + folder);
        return StoreProviders.forScheme("h2")
                .open(new StoreRequest(location, "client", Durability.PROCESS, damage -> {}));
    }

    private static AppendCompletion completing(CompletableFuture<Void> done) {
        return new AppendCompletion() {
            @Override
            public void appended() {
                done.complete(null);
            }

            @Override
            public void failed(StoreException cause) {
                done.completeExceptionally(cause);
            }
        };
    }
}
