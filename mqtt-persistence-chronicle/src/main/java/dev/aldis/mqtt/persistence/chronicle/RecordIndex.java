package dev.aldis.mqtt.persistence.chronicle;

import java.util.Arrays;

/**
 * The keys of all live records, in order, each with the location of its record: 16 bytes a record in pages of arrays, so
 * that a million records fit into a small heap. Not safe for use by several threads at once.
 */
final class RecordIndex {

    private static final int SPARSE = IndexPage.CAPACITY / 8;

    /** In order; only the first {@code count} are in use, at least one. */
    private IndexPage[] pages = {new IndexPage()};

    /** For each page a key that is not above any in it, and above all in the page before. */
    private long[] lows = {0};

    private int count = 1;
    private int size;

    /** The page of the last change, where the next one often is as well. */
    private int recent;

    int size() {
        return size;
    }

    /** The location of a key, or {@link Location#NONE}. */
    long get(long key) {
        IndexPage page = pages[pageOf(key)];
        int found = page.find(key);
        return found < 0 ? Location.NONE : page.location(found);
    }

    /** Gives a key a location; the one before, or {@link Location#NONE}. */
    long put(long key, long location) {
        int number = pageOf(key);
        IndexPage page = pages[number];
        int found = page.find(key);
        if (found >= 0) {
            long before = page.location(found);
            page.setLocation(found, location);
            return before;
        }
        size++;
        int index = -1 - found;
        if (!page.isFull()) {
            page.insert(index, key, location);
            return Location.NONE;
        }
        boolean behindAll = index == page.size();
        IndexPage second = behindAll ? new IndexPage() : page.split();
        insertPage(number + 1, second, behindAll ? key : second.key(0));
        if (behindAll || key > second.key(0)) {
            second.insert(-1 - second.find(key), key, location);
        } else {
            page.insert(index, key, location);
        }
        return Location.NONE;
    }

    /** Takes a key out; the location that it had, or {@link Location#NONE}. */
    long remove(long key) {
        int number = pageOf(key);
        IndexPage page = pages[number];
        int found = page.find(key);
        if (found < 0) {
            return Location.NONE;
        }
        long before = page.location(found);
        page.remove(found);
        size--;
        if (page.size() < SPARSE) {
            joinWithNext(number);
        }
        return before;
    }

    private void joinWithNext(int number) {
        int next = number + 1;
        if (next < count && pages[number].size() + pages[next].size() <= IndexPage.CAPACITY / 2) {
            pages[number].append(pages[next]);
            removePage(next);
        } else if (pages[number].size() == 0 && count > 1) {
            removePage(number);
        }
    }

    /**
     * Copies keys, in order, and their locations.
     *
     * @param fromKey the smallest key wanted
     * @param limit at most so many, as many as the arrays take
     * @return how many there were; fewer than the limit only at the end
     */
    int copyFrom(long fromKey, int limit, long[] toKeys, long[] toLocations) {
        int number = pageOf(fromKey);
        int found = pages[number].find(fromKey);
        int index = found < 0 ? -1 - found : found;
        int copied = 0;
        while (copied < limit && number < count) {
            IndexPage page = pages[number];
            if (index < page.size()) {
                toKeys[copied] = page.key(index);
                toLocations[copied] = page.location(index);
                copied++;
                index++;
            } else {
                number++;
                index = 0;
            }
        }
        return copied;
    }

    /** Copies the keys of the records that stand in one segment, and their locations, as many as the arrays take. */
    int copyIn(int ordinal, long[] toKeys, long[] toLocations) {
        int copied = 0;
        for (int number = 0; number < count; number++) {
            IndexPage page = pages[number];
            for (int index = 0; index < page.size() && copied < toKeys.length; index++) {
                long location = page.location(index);
                if (Location.ordinal(location) == ordinal) {
                    toKeys[copied] = page.key(index);
                    toLocations[copied] = location;
                    copied++;
                }
            }
        }
        return copied;
    }

    private int pageOf(long key) {
        int number = recent;
        if (number >= count || lows[number] > key || (number + 1 < count && lows[number + 1] <= key)) {
            int found = Arrays.binarySearch(lows, 0, count, key);
            number = found >= 0 ? found : -2 - found;
            recent = number;
        }
        return number;
    }

    private void insertPage(int number, IndexPage page, long low) {
        if (count == pages.length) {
            pages = Arrays.copyOf(pages, count * 2);
            lows = Arrays.copyOf(lows, count * 2);
        }
        System.arraycopy(pages, number, pages, number + 1, count - number);
        System.arraycopy(lows, number, lows, number + 1, count - number);
        pages[number] = page;
        lows[number] = low;
        count++;
    }

    private void removePage(int number) {
        System.arraycopy(pages, number + 1, pages, number, count - number - 1);
        System.arraycopy(lows, number + 1, lows, number, count - number - 1);
        count--;
        lows[0] = 0;
    }
}
