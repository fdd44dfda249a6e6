package dev.aldis.mqtt.support;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** The lines that a program has printed so far, read by a thread of their own so that the program never blocks. */
public final class OutputLines {

    private static final int SHOWN_LINES = 60;

    private final List<String> lines = new ArrayList<>();
    private final BooleanSupplier alive;
    private boolean ended;

    private OutputLines(BooleanSupplier alive) {
        this.alive = alive;
    }

    static OutputLines of(InputStream stream, BooleanSupplier alive) {
        OutputLines result = new OutputLines(alive);
        Thread reader = new Thread(() -> result.read(stream), "output-lines");
        reader.setDaemon(true);
        reader.start();
        return result;
    }

    private void read(InputStream stream) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                add(line);
            }
        } catch (IOException e) {
            // The stream of a killed process ends with an error now and then; after its end that is no news.
            if (alive.getAsBoolean()) {
                add("(output could not be read: " + e + ")");
            }
        } finally {
            end();
        }
    }

    private synchronized void add(String line) {
        lines.add(line);
        notifyAll();
    }

    private synchronized void end() {
        ended = true;
        notifyAll();
    }

    /**
     * What was printed so far.
     *
     * @return a copy
     */
    public synchronized List<String> all() {
        return List.copyOf(lines);
    }

    /**
     * How much was printed so far.
     *
     * @return the number of lines
     */
    public synchronized int size() {
        return lines.size();
    }

    /**
     * Waits for a line that holds a text.
     *
     * @param text what to look for, also in what was printed before
     * @param timeout how long to wait
     * @return the first such line
     */
    public synchronized String await(String text, Duration timeout) {
        awaitUntil(() -> firstWith(text).isPresent(), "'" + text + "'", timeout);
        return firstWith(text).orElseThrow();
    }

    /**
     * How many lines hold a text.
     *
     * @param text what to look for
     * @return the number of lines so far
     */
    public synchronized long count(String text) {
        return lines.stream().filter(line -> line.contains(text)).count();
    }

    /**
     * Waits until a number of lines holds a text, but not in vain.
     *
     * @param text what to look for, also in what was printed before
     * @param count how many
     * @param timeout how long to wait
     * @return whether so many came in time
     */
    public synchronized boolean reaches(String text, long count, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (count(text) < count) {
            long millis = (deadline - System.nanoTime()) / 1_000_000;
            if (ended || millis <= 0) {
                return false;
            }
            await(millis, text);
        }
        return true;
    }

    @SuppressWarnings("WaitNotInLoop") // Called in loops.
    private synchronized void await(long millis, String what) {
        try {
            wait(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for " + what, e);
        }
    }

    private Optional<String> firstWith(String text) {
        return lines.stream().filter(line -> line.contains(text)).findFirst();
    }

    /**
     * Waits until a number of lines was printed.
     *
     * @param count how many
     * @param timeout how long to wait
     */
    public synchronized void awaitSize(int count, Duration timeout) {
        awaitUntil(() -> lines.size() >= count, count + " lines", timeout);
    }

    /** Waits for the end of the output, which comes soon after that of the program. */
    public synchronized void awaitEnd() {
        awaitUntil(() -> ended, "the end of the output", Duration.ofSeconds(20));
    }

    private synchronized void awaitUntil(BooleanSupplier condition, String what, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!condition.getAsBoolean()) {
            long millis = (deadline - System.nanoTime()) / 1_000_000;
            if (ended || millis <= 0) {
                throw new AssertionError(
                        (ended ? "The output ended without " : "Waited in vain for ") + what + ":\n" + this);
            }
            await(millis, what);
        }
    }

    @Override
    public synchronized String toString() {
        int from = Math.max(0, lines.size() - SHOWN_LINES);
        String text = String.join("\n", lines.subList(from, lines.size()));
        return from == 0 ? text : "(" + from + " lines before)\n" + text;
    }
}
