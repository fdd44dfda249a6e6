package dev.aldis.mqtt.campaigns.kill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.campaigns.Campaign;
import dev.aldis.mqtt.campaigns.Lane;
import dev.aldis.mqtt.campaigns.Ledgers;
import dev.aldis.mqtt.campaigns.PublisherRun;
import dev.aldis.mqtt.campaigns.SubscriberRun;
import dev.aldis.mqtt.support.ArtemisBroker;
import dev.aldis.mqtt.support.Broker;
import dev.aldis.mqtt.support.MosquittoBroker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Publisher and subscriber are killed at random instants, and no message is lost or, at QoS 2, delivered twice. Each build
 * runs a slice; {@code -Daldis.kill.cycles=300} runs that many cycles with each broker.
 */
class KillCampaignIT {

    private static final List<ProtocolVersion> VERSIONS = List.of(ProtocolVersion.MQTT_5, ProtocolVersion.MQTT_3_1_1);

    @TempDir
    private Path folder;

    @Test
    @Timeout(3_600)
    void promisesSurviveKillsWithMosquitto() throws Exception {
        assumeTrue(MosquittoBroker.installed().isPresent(), "mosquitto is not installed");
        try (MosquittoBroker broker = MosquittoBroker.startIn(Files.createDirectory(folder.resolve("broker")))) {
            run(broker, true, 18, List.of(Victim.values()));
        }
    }

    @Test
    @Timeout(3_600)
    void promisesSurviveKillsWithArtemis() throws Exception {
        // Few where mosquitto takes the brunt.
        int slice = MosquittoBroker.installed().isPresent() ? 3 : 25;
        // Artemis 2.55 sends what a lost connection left without an answer under a new Packet Identifier, so no client
        // can
        // know it again: its subscriber is left alone.
        try (ArtemisBroker broker = ArtemisBroker.startIn(Files.createDirectory(folder.resolve("broker")))) {
            run(broker, false, slice, List.of(Victim.PUBLISHER));
        }
    }

    private void run(Broker broker, boolean keepsOrder, int slice, List<Victim> victims) throws InterruptedException {
        Ledgers ledgers = new Ledgers(Lane.all(VERSIONS, Campaign.stores()), keepsOrder);
        int cycles = Campaign.number("aldis.kill.cycles", slice);
        long seed = Campaign.seed();
        long begin = System.nanoTime();
        List<String> violations = new KillCampaign(broker.uri(), folder, seed, ledgers).run(cycles, victims);
        System.out.println(cycles + " cycles of kills in " + (System.nanoTime() - begin) / 1_000_000 + " ms, seed "
                + seed + "\n" + ledgers);
        assertEquals(List.of(), violations, () -> "seed " + seed + "\n" + ledgers);
    }

    /** So that the campaign is known to see what is broken. */
    @Test
    @Timeout(600)
    void storesThatForgetAreFoundOut() throws InterruptedException {
        try (ArtemisBroker broker = ArtemisBroker.startInMemory()) {
            Ledgers ledgers = new Ledgers(Lane.all(List.of(ProtocolVersion.MQTT_3_1_1), List.of("memory")), false);
            try (SubscriberRun subscriber = new SubscriberRun(broker.uri(), folder, 1, ledgers)) {
                subscriber.awaitReady();
                try (PublisherRun first = new PublisherRun(broker.uri(), folder, 1, ledgers)) {
                    ledgers.awaitMore(10);
                    ledgers.awaitStored();
                    first.kill();
                }
                try (PublisherRun second = new PublisherRun(broker.uri(), folder, 2, ledgers)) {
                    second.awaitReady();
                }
            }
            assertEquals(
                    ledgers.all().size(),
                    ledgers.violations().stream()
                            .filter(each -> each.contains("found only 0 after a restart"))
                            .count(),
                    ledgers::toString);
        }
    }
}
