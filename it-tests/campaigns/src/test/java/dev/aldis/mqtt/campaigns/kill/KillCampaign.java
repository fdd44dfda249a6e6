package dev.aldis.mqtt.campaigns.kill;

import dev.aldis.mqtt.campaigns.Ledgers;
import dev.aldis.mqtt.campaigns.PublisherRun;
import dev.aldis.mqtt.campaigns.SubscriberRun;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A publisher and a subscriber, each with a client and a store for each lane, killed again and again with SIGKILL: while they
 * start, while they recover, in the midst of their work. The one that is not killed goes on meanwhile.
 */
final class KillCampaign {

    /** How long a victim may work before it dies. */
    private static final int MOST_WORK_MILLIS = 300;

    /** How long a victim may have been starting when it dies, which is about as long as a start takes. */
    private static final int MOST_START_MILLIS = 700;

    private final String server;
    private final Path folder;
    private final Random random;
    private final Ledgers ledgers;
    private PublisherRun publisher;
    private SubscriberRun subscriber;
    private int subscriberRuns = 1;

    /**
     * Starts both.
     *
     * @param server where they connect to
     * @param folder of the stores
     * @param seed of what is drawn; the instants depend on the machine too
     * @param ledgers one for each lane
     */
    KillCampaign(String server, Path folder, long seed, Ledgers ledgers) throws InterruptedException {
        this.server = server;
        this.folder = folder;
        this.random = new Random(seed);
        this.ledgers = ledgers;
        subscriber = new SubscriberRun(server, folder, subscriberRuns, ledgers);
        subscriber.awaitReady();
        publisher = new PublisherRun(server, folder, random.nextLong(), ledgers);
    }

    /** Runs some cycles in each of which one of the victims dies, or fewer when a promise was broken, and accounts for every message. */
    List<String> run(int cycles, List<Victim> victims) throws InterruptedException {
        try {
            publisher.awaitReady();
            for (int i = 0; i < cycles && ledgers.violations().isEmpty(); i++) {
                Victim victim = victims.get(random.nextInt(victims.size()));
                pauseUntilKill(victim);
                kill(victim);
            }
            if (ledgers.violations().isEmpty()) {
                subscriber.awaitReady();
                publisher.awaitReady();
                publisher.finish();
                ledgers.checkEnd(publisher);
            }
            return ledgers.violations();
        } finally {
            publisher.close();
            subscriber.close();
        }
    }

    private void pauseUntilKill(Victim victim) throws InterruptedException {
        if (random.nextInt(4) == 0) {
            pause(MOST_START_MILLIS);
            return;
        }
        if (victim.includesPublisher()) {
            publisher.awaitReady();
        }
        if (victim.includesSubscriber()) {
            subscriber.awaitReady();
        }
        pause(MOST_WORK_MILLIS);
    }

    private void pause(int mostMillis) {
        LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(random.nextInt(mostMillis * 1_000)));
    }

    private void kill(Victim victim) throws InterruptedException {
        if (victim.includesPublisher()) {
            publisher.kill();
        }
        if (victim.includesSubscriber()) {
            subscriber.kill();
            subscriberRuns++;
            subscriber = new SubscriberRun(server, folder, subscriberRuns, ledgers);
        }
        if (victim.includesPublisher()) {
            publisher = new PublisherRun(server, folder, random.nextLong(), ledgers);
        }
    }
}
