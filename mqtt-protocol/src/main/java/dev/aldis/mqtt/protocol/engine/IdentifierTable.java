package dev.aldis.mqtt.protocol.engine;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What belongs to a Packet Identifier, found by index. Pages are made when they are first used, so that a client with few
 * messages in flight stays small.
 */
final class IdentifierTable<T> {

    private static final int PAGE_BITS = 8;
    private static final int PAGE_SIZE = 1 << PAGE_BITS;

    private final @Nullable Page[] pages = new @Nullable Page[PAGE_SIZE];

    private static final class Page {
        final @Nullable Object[] values = new @Nullable Object[PAGE_SIZE];
    }

    @SuppressWarnings("unchecked") // Only set() fills the pages.
    @Nullable
    T get(int identifier) {
        Page page = pages[identifier >>> PAGE_BITS];
        return page == null ? null : (T) page.values[identifier & (PAGE_SIZE - 1)];
    }

    void set(int identifier, T value) {
        Page page = pages[identifier >>> PAGE_BITS];
        if (page == null) {
            page = new Page();
            pages[identifier >>> PAGE_BITS] = page;
        }
        page.values[identifier & (PAGE_SIZE - 1)] = value;
    }

    void remove(int identifier) {
        Page page = pages[identifier >>> PAGE_BITS];
        if (page != null) {
            page.values[identifier & (PAGE_SIZE - 1)] = null;
        }
    }

    @SuppressWarnings("unchecked") // As above.
    void forEach(Consumer<T> action) {
        for (Page page : pages) {
            if (page == null) {
                continue;
            }
            for (Object value : page.values) {
                if (value != null) {
                    action.accept((T) value);
                }
            }
        }
    }
}
