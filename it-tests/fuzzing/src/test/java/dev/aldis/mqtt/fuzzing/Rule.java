package dev.aldis.mqtt.fuzzing;

import java.util.Objects;

/** What must hold, whatever the input. */
final class Rule {

    private Rule() {}

    static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }

    static void equal(Object expected, Object actual, String where) {
        if (!Objects.equals(expected, actual)) {
            throw new AssertionError(where + ": " + expected + " is expected and not " + actual);
        }
    }
}
