package dev.aldis.mqtt.campaigns;

import java.util.List;
import java.util.function.ToLongFunction;

/**
 * What a process uses.
 *
 * @param heapBytes in use after a garbage collection
 * @param threads that live
 * @param files that are open
 * @param storeBytes the size of its stores
 */
public record Usage(long heapBytes, long threads, long files, long storeBytes) {

    /** What its line begins with. */
    static final String WORD = "sample";

    /**
     * Reads a line.
     *
     * @param words without the first
     * @return what they say
     */
    static Usage of(String words) {
        String[] numbers = words.split(" ", -1);
        return new Usage(
                Long.parseLong(numbers[0]),
                Long.parseLong(numbers[1]),
                Long.parseLong(numbers[2]),
                Long.parseLong(numbers[3]));
    }

    /**
     * What grew.
     *
     * @param samples in the order in which they were taken; the first third is warming up, and the most of the second is
     *     compared with the least of the last
     * @return empty if nothing did
     */
    public static List<String> growth(List<Usage> samples) {
        int third = samples.size() / 3;
        List<Usage> before = samples.subList(third, 2 * third);
        List<Usage> after = samples.subList(2 * third, samples.size());
        return List.of(
                        compare("bytes of heap", before, after, Usage::heapBytes, 4 << 20),
                        compare("threads", before, after, Usage::threads, 1),
                        compare("open files", before, after, Usage::files, 3),
                        compare("bytes of stores", before, after, Usage::storeBytes, 64 << 20))
                .stream()
                .filter(text -> !text.isEmpty())
                .toList();
    }

    private static String compare(
            String what, List<Usage> before, List<Usage> after, ToLongFunction<Usage> value, long tolerance) {
        long most = before.stream().mapToLong(value).max().orElse(0);
        long least = after.stream().mapToLong(value).min().orElse(0);
        return least > most + tolerance ? what + " grew from " + most + " to " + least : "";
    }

    @Override
    public String toString() {
        return heapBytes + " " + threads + " " + files + " " + storeBytes;
    }
}
