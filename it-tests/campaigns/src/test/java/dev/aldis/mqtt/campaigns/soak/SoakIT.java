package dev.aldis.mqtt.campaigns.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.campaigns.Campaign;
import dev.aldis.mqtt.campaigns.Lane;
import dev.aldis.mqtt.campaigns.Ledgers;
import dev.aldis.mqtt.campaigns.ProgramRun;
import dev.aldis.mqtt.campaigns.PublisherRun;
import dev.aldis.mqtt.campaigns.SubscriberRun;
import dev.aldis.mqtt.campaigns.Usage;
import dev.aldis.mqtt.support.ArtemisBroker;
import dev.aldis.mqtt.support.Broker;
import dev.aldis.mqtt.support.FaultProxy;
import dev.aldis.mqtt.support.MosquittoBroker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A publisher and a subscriber work for a long time, with a cut of the publisher's link now and then: heap, threads, open
 * files and stores do not grow, and the ledger is right at the end. Each build runs a slice;
 * {@code -Daldis.soak.seconds=1200} soaks for twenty minutes.
 */
class SoakIT {

    private static final int SECONDS_BETWEEN_CUTS = 2;
    private static final int LEAST_SAMPLES = 6;

    @TempDir
    private Path folder;

    @Test
    @Timeout(14_400)
    void nothingGrows() throws Exception {
        Ledgers ledgers = new Ledgers(
                Lane.all(List.of(ProtocolVersion.MQTT_5, ProtocolVersion.MQTT_3_1_1), Campaign.stores()), false);
        try (Broker broker = broker();
                FaultProxy link = FaultProxy.to(broker.port());
                SubscriberRun subscriber = SubscriberRun.probed(broker.uri(), folder, ledgers, List.of())) {
            subscriber.awaitReady();
            try (PublisherRun publisher =
                    PublisherRun.probed(link.uri(), folder, ledgers, List.of("-Daldis.pause.millis=150"))) {
                publisher.awaitReady();
                // How long a start takes is the machine's business, and what grows then is no growth.
                Supplier<List<Usage>> published = samplesFromNowOn(publisher);
                Supplier<List<Usage>> received = samplesFromNowOn(subscriber);
                soak(link, ledgers, () -> isEnough(published.get()) && isEnough(received.get()));
                publisher.finish();
                ledgers.checkEnd(publisher);
                System.out.println(ledgers);
                assertEquals(List.of(), ledgers.violations(), ledgers::toString);
                report("publisher", published.get());
                report("subscriber", received.get());
                assertEquals(List.of(), Usage.growth(published.get()), () -> "publisher: " + published.get());
                assertEquals(List.of(), Usage.growth(received.get()), () -> "subscriber: " + received.get());
            }
        }
    }

    private static Supplier<List<Usage>> samplesFromNowOn(ProgramRun program) {
        int before = program.samples().size();
        return () -> {
            List<Usage> all = program.samples();
            return all.subList(before, all.size());
        };
    }

    private static boolean isEnough(List<Usage> samples) {
        return samples.size() >= LEAST_SAMPLES;
    }

    /** A loaded machine takes fewer samples in a time, so they are waited for as well. */
    private static void soak(FaultProxy link, Ledgers ledgers, BooleanSupplier enough) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Campaign.number("aldis.soak.seconds", 15));
        while ((System.nanoTime() < end || !enough.getAsBoolean())
                && ledgers.violations().isEmpty()) {
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(SECONDS_BETWEEN_CUTS));
            link.cut();
        }
    }

    private static void report(String end, List<Usage> samples) {
        System.out.println(end + ", heap threads files store, first to last of " + samples.size() + ": "
                + samples.get(0) + "; " + samples.get(samples.size() / 2) + "; " + samples.get(samples.size() - 1));
    }

    private Broker broker() throws Exception {
        Path brokerFolder = Files.createDirectory(folder.resolve("broker"));
        return MosquittoBroker.installed().isPresent()
                ? MosquittoBroker.startIn(brokerFolder)
                : ArtemisBroker.startIn(brokerFolder);
    }
}
