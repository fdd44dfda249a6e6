package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.ReconnectPolicy;

/** The delays between attempts to connect: doubling, limited, spread by up to a fifth in both directions. */
final class Backoff {

    private final ReconnectPolicy policy;
    private long randomState;
    private int attempts;

    Backoff(ReconnectPolicy policy, long seed) {
        this.policy = policy;
        this.randomState = seed;
    }

    /** Another attempt has failed, so the next delay is a longer one. */
    void handleAttempt() {
        attempts++;
    }

    /** A connection was stable for long enough: the delays start again. */
    void reset() {
        attempts = 0;
    }

    long nextDelayNanos() {
        long first = policy.firstDelay().toNanos();
        long maximum = policy.maximumDelay().toNanos();
        int doublings = Math.min(30, Math.max(0, attempts - 1));
        long delay = first > maximum >> doublings ? maximum : first << doublings;
        long spread = delay / 5;
        return spread == 0 ? delay : Math.min(maximum, delay - spread + Long.remainderUnsigned(next(), 2 * spread + 1));
    }

    /** SplitMix64: a few lines that give the same numbers everywhere. */
    private long next() {
        randomState += 0x9E3779B97F4A7C15L;
        long z = randomState;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
