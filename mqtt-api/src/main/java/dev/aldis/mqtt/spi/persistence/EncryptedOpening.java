package dev.aldis.mqtt.spi.persistence;

import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.spi.persistence.RecordOpener.Fault;
import dev.aldis.mqtt.spi.persistence.RecordOpener.Opened;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/**
 * Reads a whole store once. A missing or wrong key ends it before anything was changed: records are good then, and are
 * called damaged only if their key is right.
 */
final class EncryptedOpening {

    private static final Logger LOG = System.getLogger(EncryptingStoreProvider.class.getName());
    private static final int PAGE_RECORDS = 256;

    private final StoreRequest request;
    private final StoreReader store;
    private final RecordOpener opener;
    private final Set<Long> damagedKeys = new HashSet<>();
    private final Set<Long> plainKeys = new HashSet<>();
    private final Set<String> identifiers = new HashSet<>();

    EncryptedOpening(StoreRequest request, StoreReader store, RecordOpener opener) {
        this.request = request;
        this.store = store;
        this.opener = opener;
    }

    /** The reader of the store that was given. */
    DecryptingReader read() {
        forEachPage(page -> page.forEach(this::check));
        if (identifiers.isEmpty() && damagedKeys.isEmpty() && !plainKeys.isEmpty()) {
            throw new StoreException(
                    "The store " + request.location() + " of the client '" + request.clientIdentifier()
                            + "' is not encrypted: open it without encryption until it is empty, or choose another"
                            + " location",
                    (Throwable) null);
        }
        // What lies in clear text beside encrypted records was put there by somebody else.
        damagedKeys.addAll(plainKeys);
        damagedKeys.stream().sorted().forEach(this::report);
        return new DecryptingReader(store, opener, Set.copyOf(damagedKeys));
    }

    /** Opens the same store for writing as well. */
    SessionStore open(SessionStore writable, RecordSealer sealer) {
        EncryptingStore opened = new EncryptingStore(writable, sealer, read());
        identifiers.remove(sealer.identifier());
        if (!identifiers.isEmpty()) {
            encryptAgain(opened, sealer.identifier());
        }
        return opened;
    }

    private void check(StoredRecord record) {
        Opened opened = opener.open(record);
        switch (opened.fault()) {
            case NONE -> identifiers.add(opened.keyIdentifier());
            case NOT_ENCRYPTED -> plainKeys.add(record.key());
            case DAMAGED -> damagedKeys.add(record.key());
            case NO_SUCH_KEY ->
                throw refused("needs the encryption key '" + opened.keyIdentifier()
                        + "', which was not given: add it with withFormerKey(...)");
            case WRONG_KEY ->
                throw refused("was encrypted with another key than the one given as '"
                        + opened.keyIdentifier() + "': give the key that had this identifier then, and each further key"
                        + " under an identifier of its own");
        }
    }

    private StoreException refused(String why) {
        return new StoreException(
                "The store " + request.location() + " of the client '" + request.clientIdentifier() + "' " + why
                        + ". Nothing was changed",
                (Throwable) null);
    }

    private void report(long key) {
        String damage = "Record " + key + " of the store " + request.location() + " of the client '"
                + request.clientIdentifier()
                + "' is not what was encrypted under this key and kind; it is left out, and"
                + " its bytes stay in the store until something else is stored under the key";
        try {
            request.damageListener().accept(damage);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "A damage listener failed, and was to be told: " + damage, e);
        }
    }

    /** Puts what has a former key under the current one, so that the former ones can be given up. */
    private void encryptAgain(EncryptingStore opened, String current) {
        try {
            forEachPage(page -> {
                ChangeBatch batch = new ChangeBatch();
                for (StoredRecord record : page) {
                    Opened content = opener.open(record);
                    if (content.fault() == Fault.NONE
                            && !content.keyIdentifier().equals(current)) {
                        batch.put(record.key(), record.kind(), content.content().asByteBuffer());
                    }
                }
                if (batch.size() > 0) {
                    appendAndWait(opened, batch);
                }
            });
        } catch (CompletionException e) {
            LOG.log(
                    Level.WARNING,
                    "The store " + request.location() + " keeps records under the former keys " + identifiers
                            + " until it is opened the next time; it works on",
                    e);
        }
    }

    private static void appendAndWait(SessionStore store, ChangeBatch batch) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        store.append(batch, new AppendCompletion() {
            @Override
            public void appended() {
                done.complete(null);
            }

            @Override
            public void failed(StoreException cause) {
                done.completeExceptionally(cause);
            }
        });
        done.join();
    }

    private void forEachPage(Consumer<List<StoredRecord>> action) {
        long from = 0;
        while (true) {
            List<StoredRecord> page = store.scan(from, PAGE_RECORDS);
            action.accept(page);
            if (page.size() < PAGE_RECORDS || page.get(PAGE_RECORDS - 1).key() == Long.MAX_VALUE) {
                return;
            }
            from = page.get(PAGE_RECORDS - 1).key() + 1;
        }
    }
}
