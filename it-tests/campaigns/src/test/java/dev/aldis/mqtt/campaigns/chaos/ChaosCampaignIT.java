package dev.aldis.mqtt.campaigns.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.campaigns.Campaign;
import dev.aldis.mqtt.campaigns.Lane;
import dev.aldis.mqtt.campaigns.LaneClient;
import dev.aldis.mqtt.campaigns.Ledgers;
import dev.aldis.mqtt.campaigns.PublisherRun;
import dev.aldis.mqtt.campaigns.SubscriberRun;
import dev.aldis.mqtt.campaigns.chaos.Chaos.Fault;
import dev.aldis.mqtt.support.ArtemisBroker;
import dev.aldis.mqtt.support.FaultProxy;
import dev.aldis.mqtt.support.MosquittoBroker;
import dev.aldis.mqtt.support.TestCertificates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The links between publisher, broker and subscriber misbehave in every way, and no message is lost or, at QoS 2, delivered
 * twice. Each build runs a slice; {@code -Daldis.chaos.seconds=600} runs so long.
 */
class ChaosCampaignIT {

    private static final List<ProtocolVersion> VERSIONS = List.of(ProtocolVersion.MQTT_5, ProtocolVersion.MQTT_3_1_1);

    /** Bytes that are changed where nothing shows it, such as in an acknowledgement, nobody can make up for. */
    private static final List<Fault> WITHOUT_CORRUPTION = Arrays.stream(Fault.values())
            .filter(fault -> fault != Fault.CORRUPTION && fault != Fault.BLACK_HOLE)
            .toList();

    private static final List<Fault> MOSTLY_CORRUPTION =
            List.of(Fault.CORRUPTION, Fault.CORRUPTION, Fault.CORRUPTION, Fault.CUT, Fault.TEAR, Fault.LATENCY);

    @TempDir
    private Path folder;

    private Path brokerFolder;

    @BeforeEach
    void createFolder() throws Exception {
        brokerFolder = Files.createDirectory(folder.resolve("broker"));
    }

    @Test
    @Timeout(7_200)
    void promisesHoldOverBadLinks() throws Exception {
        assumeTrue(MosquittoBroker.installed().isPresent(), "mosquitto is not installed");
        try (MosquittoBroker broker = MosquittoBroker.startIn(brokerFolder);
                FaultProxy up = FaultProxy.to(broker.port());
                FaultProxy down = FaultProxy.to(broker.port())) {
            run(up.uri(), down.uri(), List.of(up, down), WITHOUT_CORRUPTION);
        }
    }

    @Test
    @Timeout(7_200)
    void promisesHoldWhenBytesAreChangedOnTheWay() throws Exception {
        assumeTrue(MosquittoBroker.installed().isPresent(), "mosquitto is not installed");
        TestCertificates certificates = TestCertificates.makeIn(brokerFolder);
        Files.copy(certificates.certificate("authority"), folder.resolve(LaneClient.AUTHORITY));
        List<String> lines = List.of(
                "allow_anonymous true",
                "certfile " + certificates.certificate("server"),
                "keyfile " + certificates.key("server"));
        try (MosquittoBroker broker = MosquittoBroker.startConfigured(brokerFolder, lines);
                FaultProxy up = FaultProxy.to(broker.port());
                FaultProxy down = FaultProxy.to(broker.port())) {
            run(
                    up.uri().replace("mqtt:", "mqtts:"),
                    down.uri().replace("mqtt:", "mqtts:"),
                    List.of(up, down),
                    MOSTLY_CORRUPTION);
        }
    }

    @Test
    @Timeout(7_200)
    void promisesOfThePublisherHoldOverABadLinkToArtemis() throws Exception {
        assumeTrue(MosquittoBroker.installed().isEmpty(), "done with mosquitto");
        try (ArtemisBroker broker = ArtemisBroker.startInMemory();
                FaultProxy up = FaultProxy.to(broker.port())) {
            run(up.uri(), broker.uri(), List.of(up), WITHOUT_CORRUPTION);
        }
    }

    private void run(String upUri, String downUri, List<FaultProxy> links, List<Fault> faults)
            throws InterruptedException {
        long seed = Campaign.seed();
        Ledgers ledgers = new Ledgers(Lane.all(VERSIONS, Campaign.stores()), false);
        Chaos chaos = new Chaos(seed, faults);
        try (SubscriberRun subscriber = new SubscriberRun(downUri, folder, 1, ledgers)) {
            subscriber.awaitReady();
            try (PublisherRun publisher = new PublisherRun(upUri, folder, seed, ledgers)) {
                publisher.awaitReady();
                ledgers.awaitMore(10);
                chaos.strike(Fault.BLACK_HOLE, links.get((int) (seed % links.size())));
                chaos.strikeWithEach(links);
                long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Campaign.number("aldis.chaos.seconds", 2));
                while (System.nanoTime() < end && ledgers.violations().isEmpty()) {
                    chaos.strike(links);
                }
                if (ledgers.violations().isEmpty()) {
                    publisher.finish();
                    ledgers.checkEnd(publisher);
                }
            }
        }
        System.out.println("chaos " + chaos + ", seed " + seed + "\n" + ledgers);
        assertEquals(List.of(), ledgers.violations(), () -> "seed " + seed + "\n" + ledgers);
    }
}
