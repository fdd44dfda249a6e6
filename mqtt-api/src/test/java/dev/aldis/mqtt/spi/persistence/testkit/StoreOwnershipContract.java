package dev.aldis.mqtt.spi.persistence.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.spi.persistence.SessionStore;
import dev.aldis.mqtt.spi.persistence.StoreProvider;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Whose a store is: one client identifier, one opener at a time. */
public abstract class StoreOwnershipContract extends StoreFixture {

    private static final String LONG = "x".repeat(65_534);

    /** Identifiers that a careless file name or URI would mix up, cut or lead astray. */
    private static final List<String> IDENTIFIERS = List.of(
            "",
            " ",
            "a",
            "A",
            "a ",
            "a.",
            ".",
            "..",
            "../a",
            "a/b",
            "a\\b",
            "/a",
            "a:b",
            "a*b?c\"<>|",
            "%41",
            "^a",
            "con",
            "nul.txt",
            "tab\tand\nline",
            "\u00e9",
            "e\u0301",
            "\ud83d\ude00",
            "~",
            "$HOME",
            LONG + "1",
            LONG + "2",
            LONG.toUpperCase(Locale.ROOT) + "1");

    /** For subclasses. */
    protected StoreOwnershipContract() {}

    @Test
    void theProviderServesTheSchemeOfItsLocations() {
        StoreProvider provider = provider();
        assertEquals(provider.scheme().toLowerCase(Locale.ROOT), provider.scheme());
        assertEquals(provider.scheme(), location(folder).getScheme());
    }

    @Test
    void aStoreThatIsOpenCannotBeOpenedAgain() {
        URI location = location(folder);
        String place = location.getSchemeSpecificPart().replaceFirst("\\?.*", "");
        try (SessionStore store = open()) {
            put(store, 1, "first");
            for (int i = 0; i < 3; i++) {
                StoreException refused = assertThrows(StoreException.class, () -> open().close());
                assertNotNull(refused.getMessage());
                assertTrue(refused.getMessage().contains(place), () -> "names the location: " + refused.getMessage());
                assertTrue(refused.getMessage().contains("in use"), () -> "says why: " + refused.getMessage());
            }
            put(store, 2, "second");
        }
        try (SessionStore store = open()) {
            assertEquals(List.of(record(1, "first"), record(2, "second")), all(store));
        }
    }

    @Test
    void eachClientIdentifierHasAStoreOfItsOwn() {
        List<SessionStore> stores = new ArrayList<>();
        try {
            for (String identifier : IDENTIFIERS) {
                stores.add(open(identifier));
            }
            for (int i = 0; i < IDENTIFIERS.size(); i++) {
                put(stores.get(i), 1, "store " + i);
            }
        } finally {
            stores.forEach(SessionStore::close);
        }
        for (int i = 0; i < IDENTIFIERS.size(); i++) {
            try (SessionStore store = open(IDENTIFIERS.get(i))) {
                assertEquals(List.of(record(1, "store " + i)), all(store));
            }
        }
    }

    @Test
    void aSecondProviderFindsWhatTheFirstOneStored() {
        try (SessionStore store = open()) {
            put(store, 1, "first");
        }
        try (SessionStore store = open()) {
            put(store, 2, "second");
            assertEquals(List.of(record(1, "first"), record(2, "second")), all(store));
        }
    }
}
