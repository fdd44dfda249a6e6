package dev.aldis.mqtt.fuzzing;

/** What is fuzzed, and what must never happen there. */
@FunctionalInterface
interface FuzzTarget {

    /**
     * Runs one input. Any input is allowed, and the same one does the same again.
     *
     * @throws Exception or any error if what must never happen has happened
     */
    void run(byte[] input) throws Exception;
}
