package storeuser;

import dev.aldis.mqtt.api.Durability;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.spi.persistence.AppendCompletion;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.SessionStore;
import dev.aldis.mqtt.spi.persistence.StoreProvider;
import dev.aldis.mqtt.spi.persistence.StoreProviders;
import dev.aldis.mqtt.spi.persistence.StoreRequest;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/** A program that uses the store, in a package that no module has. */
public final class StoreUser {

    private StoreUser() {}

    /** Adds a record to the store in the folder that is named, and prints how many there are. */
    public static void main(String[] arguments) {
        try {
            StoreProvider provider = StoreProviders.forScheme("chronicle");
            StoreRequest request = new StoreRequest(
                    URI.create("chronicle:" + arguments[0]), "client", Durability.POWER, System.out::println);
            try (SessionStore store = provider.open(request)) {
                System.out.println("module " + provider.getClass().getModule().getName());
                ChangeBatch batch = new ChangeBatch();
                batch.put(store.scan(0, 100).size(), 1, ByteBuffer.allocate(10));
                CompletableFuture<String> result = new CompletableFuture<>();
                store.append(batch, new AppendCompletion() {
                    @Override
                    public void appended() {
                        result.complete("stored ");
                    }

                    @Override
                    public void failed(StoreException cause) {
                        result.completeExceptionally(cause);
                    }
                });
                System.out.println(result.join() + store.scan(0, 100).size());
            }
        } catch (StoreException e) {
            System.out.println(e.getMessage());
        }
    }
}
