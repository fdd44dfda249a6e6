package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.protocol.engine.SimulatedWorld.Event;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that can become of a small world: wherever more than one thing can happen, each of them is tried, and with it each fault
 * behind each instant of it, as long as there are faults to spare. Orders that lead to the same world, down to the last field,
 * go on as one, since nothing that comes later, and no checker, could tell them apart.
 */
final class Interleavings {

    /** No conversation of these sizes takes as long, however often it is interrupted. */
    private static final int MOST_STEPS = 600;

    /** A fault with what it leaves open: how many batches under way the store has kept. */
    private record Strike(Fault fault, int batches) {}

    /** One thing that happens, with a fault behind one of its instants or without; no event is the start of the client. */
    private record Step(
            @Nullable Step before,
            @Nullable Event event,
            int instant,
            @Nullable Strike strike,
            int length,
            int faults) {}

    private final WorldSettings settings;
    private final int mostFaults;
    private final boolean joined;
    /** The worlds that were met, each with the fewest faults on a way to it: with fewer there are more to come. */
    private final Map<WorldFingerprint.Value, Integer> met = new HashMap<>();

    private final Set<WorldFingerprint.Value> ends = new HashSet<>();
    private final Deque<Step> open = new ArrayDeque<>();
    private long steps;
    private int crashedWith;

    /** Unless they are joined, orders that lead to the same world go on each by itself. */
    Interleavings(WorldSettings settings, int mostFaults, boolean joined) {
        this.settings = settings;
        this.mostFaults = mostFaults;
        this.joined = joined;
    }

    void explore() {
        expand(null, null);
        while (!open.isEmpty()) {
            Step step = open.removeLast();
            SimulatedWorld world = replay(step);
            List<Event> possible = possible(world);
            if (possible.isEmpty()) {
                end(world, step);
            }
            for (Event event : possible) {
                expand(step, event);
            }
        }
    }

    /** How many different worlds were met. */
    long worlds() {
        return met.size();
    }

    /** How many things happened, each in all that came before it. */
    long steps() {
        return steps;
    }

    /** The worlds that had come to rest. */
    Set<WorldFingerprint.Value> ends() {
        return Collections.unmodifiableSet(ends);
    }

    private void end(SimulatedWorld world, Step step) {
        try {
            new WorldPromises(world).check(true);
        } catch (AssertionError e) {
            throw failure(step, e);
        }
        ends.add(WorldFingerprint.of(world));
    }

    /** Tries an event, undisturbed and with each fault behind each of its instants. */
    private void expand(@Nullable Step before, @Nullable Event event) {
        int length = before == null ? 1 : before.length + 1;
        int faults = before == null ? 0 : before.faults;
        int instants = attempt(new Step(before, event, 0, null, length, faults));
        if (faults == mostFaults) {
            return;
        }
        for (int instant = 0; instant < instants; instant++) {
            for (Fault fault : Fault.values()) {
                int batches = 1;
                do {
                    attempt(new Step(before, event, instant, new Strike(fault, batches), length, faults + 1));
                } while (fault.batchSurvives() && batches++ < crashedWith);
            }
        }
    }

    private int attempt(Step step) {
        SimulatedWorld world = replay(step.before);
        int before = world.instants();
        apply(world, step);
        int after = world.instants();
        crashedWith = world.store().crashedWith();
        steps++;
        if (!joined || isNew(WorldFingerprint.of(world), step.faults)) {
            if (step.length > MOST_STEPS) {
                throw failure(step, new AssertionError("The world does not come to rest"));
            }
            open.addLast(step);
        }
        return after - before;
    }

    private boolean isNew(WorldFingerprint.Value world, int faults) {
        Integer fewest = met.get(world);
        if (fewest != null && fewest <= faults) {
            return false;
        }
        met.put(world, faults);
        return true;
    }

    private SimulatedWorld replay(@Nullable Step last) {
        List<Step> path = new ArrayList<>();
        for (Step step = last; step != null; step = step.before) {
            path.add(step);
        }
        SimulatedWorld world = new SimulatedWorld(settings);
        for (int i = path.size() - 1; i >= 0; i--) {
            apply(world, path.get(i));
        }
        return world;
    }

    private static void apply(SimulatedWorld world, Step step) {
        Strike strike = step.strike;
        if (strike != null) {
            world.store().keepAtCrash(strike.batches);
            world.plan(world.instants() + step.instant, strike.fault);
        }
        try {
            if (step.event == null) {
                world.turn();
            } else {
                world.happen(step.event);
            }
        } catch (AssertionError | RuntimeException e) {
            throw failure(step, e);
        }
    }

    private static AssertionError failure(Step step, Throwable cause) {
        Deque<String> path = new ArrayDeque<>();
        for (Step each = step; each != null; each = each.before) {
            path.addFirst((each.event == null ? "START" : each.event.toString())
                    + (each.strike == null ? "" : "(" + each.strike + " behind instant " + each.instant + ")"));
        }
        return new AssertionError(path + ": " + cause.getMessage(), cause);
    }

    /** Time stands still as long as something else can happen, but for the time that the client waits to connect again. */
    private static List<Event> possible(SimulatedWorld world) {
        List<Event> possible = new ArrayList<>();
        for (Event event : Event.values()) {
            if (event != Event.TIME_PASSES && world.isPossible(event)) {
                possible.add(event);
            }
        }
        boolean waits =
                possible.isEmpty() ? !world.isAtRest() : !world.network().isBusy();
        if (waits && world.isPossible(Event.TIME_PASSES)) {
            possible.add(Event.TIME_PASSES);
        }
        return possible;
    }
}
