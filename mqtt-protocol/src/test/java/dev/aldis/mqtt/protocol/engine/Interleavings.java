package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.protocol.engine.SimulatedWorld.Event;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that can become of a small world: wherever more than one thing can happen, each of them is tried, and with it each fault
 * behind each instant of it, as long as there are faults to spare.
 *
 * <p>Two reductions make that end. Both lose nothing:
 *
 * <ul>
 *   <li>Orders that lead to the same world go on as one. {@link WorldFingerprint} says what the same is: nothing that comes
 *       later, and no checker, can tell such worlds apart.
 *   <li>When no fault is left, what arrives at the server is let happen before anything that the client does. The two have
 *       nothing in common but the link, which keeps its order: neither can keep the other from happening, and whichever comes
 *       first, the same world comes out of both (one adds to the end of a queue from which the other takes the head), and
 *       each side meets the same as before. What else the server may do is tried as well. The connection cannot end meanwhile,
 *       since it does so only when everything has arrived. So each end of the world is still reached, and each step in which
 *       a side does wrong still happens (the server's steps are a persistent set, in the words of Godefroid). With a fault to
 *       spare this would not hold: a crash comes between the two in the one order and in the other.
 * </ul>
 *
 * <p>{@link InterleavingsTest} shows that the ends are the same without the one and without both.
 */
final class Interleavings {

    /** What is left out since it can show nothing new. */
    enum Reduction {
        NONE,
        JOINED,
        JOINED_AND_SERVER_FIRST
    }

    /** No conversation of these sizes takes as long, however often it is interrupted. */
    private static final int MOST_STEPS = 600;

    private static final Set<Event> OF_SERVER = EnumSet.of(Event.SERVER_RECEIVES, Event.SERVER_PUBLISHES);

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

    /** What can happen after a step. */
    private static final class Next {
        final Step step;
        final List<Event> events;

        /** Only of what was added last, so that one of its events need not be led up to again. */
        @Nullable
        SimulatedWorld world;

        Next(Step step, List<Event> events, SimulatedWorld world) {
            this.step = step;
            this.events = events;
            this.world = world;
        }
    }

    private final WorldSettings settings;
    private final int mostFaults;
    private final Reduction reduction;
    /** The worlds that were met, each with the fewest faults on a way to it: with fewer there are more to come. */
    private final Map<WorldFingerprint.Value, Integer> met = new HashMap<>();

    private final Set<WorldFingerprint.Value> ends = new HashSet<>();
    private final Deque<Next> open = new ArrayDeque<>();
    private long steps;
    private int crashedWith;

    Interleavings(WorldSettings settings, int mostFaults, Reduction reduction) {
        this.settings = settings;
        this.mostFaults = mostFaults;
        this.reduction = reduction;
    }

    void explore() {
        expand(null, null, null);
        while (!open.isEmpty()) {
            Next next = open.removeLast();
            SimulatedWorld world = next.world;
            for (Event event : next.events) {
                expand(next.step, event, world);
                world = null;
            }
        }
    }

    /** Explores so many messages of each QoS and direction with one fault; gives the steps until something was wrong, or 0. */
    static long stepsUntilWrong(int messages) {
        long steps = 0;
        for (QoS qos : List.of(QoS.EXACTLY_ONCE, QoS.AT_LEAST_ONCE, QoS.AT_MOST_ONCE)) {
            List<QoS> some = Collections.nCopies(messages, qos);
            for (WorldSettings settings :
                    List.of(WorldSettings.ofMessages(some, List.of()), WorldSettings.ofMessages(List.of(), some))) {
                Interleavings interleavings = new Interleavings(settings, 1, Reduction.JOINED_AND_SERVER_FIRST);
                try {
                    interleavings.explore();
                } catch (AssertionError wrong) {
                    return steps + interleavings.steps();
                }
                steps += interleavings.steps();
            }
        }
        return 0;
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

    /** Tries an event, undisturbed and with each fault behind each of its instants; a world that stands there is used up. */
    private void expand(@Nullable Step before, @Nullable Event event, @Nullable SimulatedWorld world) {
        int length = before == null ? 1 : before.length + 1;
        int faults = before == null ? 0 : before.faults;
        int instants = attempt(new Step(before, event, 0, null, length, faults), world);
        if (faults == mostFaults) {
            return;
        }
        for (int instant = 0; instant < instants; instant++) {
            for (Fault fault : Fault.values()) {
                int batches = 1;
                do {
                    attempt(new Step(before, event, instant, new Strike(fault, batches), length, faults + 1), null);
                } while (fault.batchSurvives() && batches++ < crashedWith);
            }
        }
    }

    private int attempt(Step step, @Nullable SimulatedWorld standing) {
        SimulatedWorld world = standing == null ? replay(step.before) : standing;
        int before = world.instants();
        apply(world, step);
        int after = world.instants();
        crashedWith = world.store().crashedWith();
        steps++;
        if (reduction == Reduction.NONE || isNew(WorldFingerprint.of(world), step.faults)) {
            if (step.length > MOST_STEPS) {
                throw failure(step, new AssertionError("The world does not come to rest"));
            }
            List<Event> possible = possible(world);
            if (possible.isEmpty()) {
                end(world, step);
            } else {
                Next earlier = open.peekLast();
                if (earlier != null) {
                    earlier.world = null;
                }
                open.addLast(new Next(step, reduced(possible, step.faults), world));
            }
        }
        return after - before;
    }

    private List<Event> reduced(List<Event> possible, int faults) {
        boolean serverFirst = reduction == Reduction.JOINED_AND_SERVER_FIRST
                && faults == mostFaults
                && possible.contains(Event.SERVER_RECEIVES);
        return serverFirst ? possible.stream().filter(OF_SERVER::contains).toList() : possible;
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
        world.stopWallClock();
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
