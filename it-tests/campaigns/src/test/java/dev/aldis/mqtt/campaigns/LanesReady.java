package dev.aldis.mqtt.campaigns;

import java.util.HashSet;
import java.util.Set;

/** Which lanes of a process are ready, for another thread to wait on. */
final class LanesReady {

    private static final long PATIENCE_MILLIS = 120_000;

    private final int lanes;
    private final Set<Lane> ready = new HashSet<>();
    private boolean failed;

    LanesReady(int lanes) {
        this.lanes = lanes;
    }

    synchronized void ready(Lane lane) {
        ready.add(lane);
        notifyAll();
    }

    /** It will not become ready; the ledger knows why. */
    synchronized void fail() {
        failed = true;
        notifyAll();
    }

    synchronized void await(ChildJvm process) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
        while (ready.size() < lanes && !failed) {
            long millis = (deadline - System.nanoTime()) / 1_000_000;
            if (millis <= 0 || !process.isAlive()) {
                throw new AssertionError("Only " + ready + " are ready; it said: " + process.said());
            }
            // Wakes now and then to see whether the process lives.
            wait(Math.min(millis, 1_000));
        }
    }
}
