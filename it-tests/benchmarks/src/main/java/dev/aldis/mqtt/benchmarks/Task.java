package dev.aldis.mqtt.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One thing to measure.
 *
 * @param direction which way the messages go
 * @param qos 0, 1 or 2
 * @param window how many messages may be in flight, 1 or more
 */
record Task(Direction direction, int qos, int window) {

    enum Direction {
        PUBLISH,
        RECEIVE
    }

    /** All that the full benchmark measures. */
    static List<Task> all() {
        List<Task> tasks = new ArrayList<>();
        for (int qos = 0; qos <= 2; qos++) {
            tasks.add(new Task(Direction.PUBLISH, qos, 1_000));
        }
        tasks.add(new Task(Direction.PUBLISH, 1, 1));
        tasks.add(new Task(Direction.PUBLISH, 2, 1));
        for (int qos = 0; qos <= 2; qos++) {
            tasks.add(new Task(Direction.RECEIVE, qos, 1_000));
        }
        return tasks;
    }

    /** Reads what {@link #toString()} wrote, for example {@code publish-1-1000}. */
    static Task parse(String text) {
        String[] parts = text.split("-", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("Task '" + text + "' is not like publish-1-1000: direction-qos-window");
        }
        Direction direction = Direction.valueOf(parts[0].toUpperCase(Locale.ROOT));
        return new Task(direction, Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
    }

    @Override
    public String toString() {
        return direction.name().toLowerCase(Locale.ROOT) + "-" + qos + "-" + window;
    }
}
