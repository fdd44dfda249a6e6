package dev.aldis.mqtt.campaigns.kill;

import dev.aldis.mqtt.campaigns.Ledgers;
import dev.aldis.mqtt.campaigns.PublisherRun;
import dev.aldis.mqtt.campaigns.SubscriberRun;
import dev.aldis.mqtt.support.FaultProxy;
import dev.aldis.mqtt.support.MosquittoBroker;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Publisher and subscriber work on while the broker between them is killed again and again. mosquitto answers before it has
 * written what it answers for, so a kill at any instant would make it forget: no client can mend that. Therefore the link is
 * stalled at a random instant, mosquitto writes, and then it dies with its last answers still on the way.
 */
final class BrokerKillCampaign {

    private static final int MOST_WORK_MILLIS = 200;
    private static final int MESSAGES_BETWEEN_KILLS = 20;

    private final MosquittoBroker broker;
    private final Path folder;
    private final Random random;
    private final Ledgers ledgers;

    BrokerKillCampaign(MosquittoBroker broker, Path folder, long seed, Ledgers ledgers) {
        this.broker = broker;
        this.folder = folder;
        this.random = new Random(seed);
        this.ledgers = ledgers;
    }

    /** Runs some cycles, or fewer when a promise was broken, and accounts for every message. */
    List<String> run(int cycles) throws InterruptedException {
        try (FaultProxy link = FaultProxy.to(broker.port());
                SubscriberRun subscriber = new SubscriberRun(link.uri(), folder, 1, ledgers)) {
            subscriber.awaitReady();
            try (PublisherRun publisher = new PublisherRun(link.uri(), folder, random.nextLong(), ledgers)) {
                publisher.awaitReady();
                for (int i = 0; i < cycles && ledgers.violations().isEmpty(); i++) {
                    ledgers.awaitMore(MESSAGES_BETWEEN_KILLS);
                    LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(random.nextInt(MOST_WORK_MILLIS * 1_000)));
                    kill(link);
                }
                if (ledgers.violations().isEmpty()) {
                    publisher.finish();
                    ledgers.checkEnd(publisher);
                }
                return ledgers.violations();
            }
        }
    }

    private void kill(FaultProxy link) {
        link.stall();
        broker.saveUntilQuiet();
        link.cutForNow();
        broker.kill();
        broker.start();
        link.mend();
    }
}
