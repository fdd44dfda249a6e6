package dev.aldis.mqtt.persistence.chronicle;

/** What is live, and where it stands. */
final class Records {

    private final RecordIndex index = new RecordIndex();
    private final Segments segments = new Segments();

    RecordIndex index() {
        return index;
    }

    Segments segments() {
        return segments;
    }

    void apply(PendingChanges changes) {
        for (int i = 0; i < changes.size(); i++) {
            long location = changes.location(i);
            if (location == Location.NONE) {
                forget(changes.key(i));
            } else {
                put(changes.key(i), location);
            }
        }
    }

    private void put(long key, long location) {
        long before = index.put(key, location);
        if (before != Location.NONE) {
            segments.removeLive(before);
        }
        segments.addLive(location);
    }

    void forget(long key) {
        long before = index.remove(key);
        if (before != Location.NONE) {
            segments.removeLive(before);
        }
    }

    /** Whether the record of a key stands at a location, apart from what that says about its size. */
    boolean isLiveAt(long key, long location) {
        long current = index.get(key);
        return current != Location.NONE && (current | Location.SIZE_MASK) == (location | Location.SIZE_MASK);
    }
}
