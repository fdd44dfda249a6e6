package dev.aldis.mqtt.protocol.engine;

/** What can go wrong at an instant. What was written to the link before may arrive or not. */
enum Fault {
    /** The link breaks. */
    CUT,
    /** The link breaks, and what was written to it still arrives. */
    CUT_AFTER_WRITES,
    /** The process dies, and the batch under way is not in the store. */
    CRASH,
    /** The process dies, and the batch under way is in the store. */
    CRASH_AFTER_STORE,
    CRASH_AFTER_WRITES,
    CRASH_AFTER_STORE_AND_WRITES;

    boolean isCrash() {
        return this != CUT && this != CUT_AFTER_WRITES;
    }

    boolean batchSurvives() {
        return this == CRASH_AFTER_STORE || this == CRASH_AFTER_STORE_AND_WRITES;
    }

    boolean writesArrive() {
        return this == CUT_AFTER_WRITES || this == CRASH_AFTER_WRITES || this == CRASH_AFTER_STORE_AND_WRITES;
    }
}
