package dev.aldis.mqtt.benchmarks;

import java.util.concurrent.atomic.AtomicReferenceArray;

/** A queue between one thread that adds and one that removes, at most as long as the largest window. */
final class CompletionRing {

    private static final int SIZE = 1 << 14;

    private final AtomicReferenceArray<Completion> entries = new AtomicReferenceArray<>(SIZE);
    private int head;
    private int tail;

    void add(Completion completion) {
        entries.setRelease(tail++ & SIZE - 1, completion);
    }

    Completion remove() {
        int index = head++ & SIZE - 1;
        Completion completion = entries.getAcquire(index);
        if (completion == null) {
            throw new IllegalStateException("A result came for no publish");
        }
        return completion;
    }
}
