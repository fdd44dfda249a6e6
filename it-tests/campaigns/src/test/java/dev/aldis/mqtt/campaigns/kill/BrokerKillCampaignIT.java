package dev.aldis.mqtt.campaigns.kill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.campaigns.Campaign;
import dev.aldis.mqtt.campaigns.Lane;
import dev.aldis.mqtt.campaigns.Ledgers;
import dev.aldis.mqtt.support.MosquittoBroker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The broker is killed, and no message is lost or, at QoS 2, delivered twice. Each build runs a slice;
 * {@code -Daldis.brokerKill.cycles=300} runs that many cycles.
 */
class BrokerKillCampaignIT {

    private static final List<ProtocolVersion> VERSIONS = List.of(ProtocolVersion.MQTT_5, ProtocolVersion.MQTT_3_1_1);

    @TempDir
    private Path folder;

    @Test
    @Timeout(3_600)
    void promisesSurviveKillsOfMosquitto() throws Exception {
        assumeTrue(MosquittoBroker.installed().isPresent(), "mosquitto is not installed");
        int cycles = Campaign.number("aldis.brokerKill.cycles", 6);
        long seed = Campaign.seed();
        Ledgers ledgers = new Ledgers(Lane.all(VERSIONS, Campaign.stores()), true);
        try (MosquittoBroker broker =
                MosquittoBroker.startIn(Files.createDirectory(folder.resolve("broker")), MosquittoBroker.RESTARTABLE)) {
            List<String> violations = new BrokerKillCampaign(broker, folder, seed, ledgers).run(cycles);
            System.out.println(cycles + " kills of the broker, seed " + seed + "\n" + ledgers);
            assertEquals(List.of(), violations, () -> "seed " + seed + "\n" + ledgers);
        }
    }
}
