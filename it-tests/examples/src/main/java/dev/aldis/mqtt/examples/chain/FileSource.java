package dev.aldis.mqtt.examples.chain;

import dev.aldis.mqtt.api.Checkpoint;
import dev.aldis.mqtt.api.ClientLimits;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.Publication;
import dev.aldis.mqtt.api.PublishOptions;
import dev.aldis.mqtt.api.QoS;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Publishes the lines of a file. Where it stands in the file is stored in the same atomic change as each line, so it can be
 * killed anywhere and started again.
 */
public final class FileSource {

    private static final String POSITION = "line";

    private FileSource() {}

    /**
     * Runs until the server has every line.
     *
     * @param arguments the server's URI, the store's URI, the topic, the file
     * @throws IOException if the file cannot be read
     * @throws InterruptedException never
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        List<String> lines = Files.readAllLines(Path.of(arguments[3]));
        try (MqttClient client = MqttClient.builder()
                .server(arguments[0])
                .clientIdentifier("file-source")
                .persistence(arguments[1])
                .limits(ClientLimits.DEFAULT.withMaximumQueued(500, 1 << 20))
                .build()) {
            int position = client.checkpoint(POSITION)
                    .map(value -> Integer.parseInt(value.text()))
                    .orElse(0);
            System.out.println("from " + position);
            client.connect().join();
            for (int line = position; line < lines.size(); line++) {
                // Waits while 500 lines are under way. What becomes of it is awaited at the end, of all together.
                var unused = client.publish(
                        Message.of(arguments[2], QoS.EXACTLY_ONCE, lines.get(line)),
                        PublishOptions.NONE.withCheckpoint(Checkpoint.of(POSITION, "" + (line + 1))),
                        Duration.ofMinutes(5));
                if ((line + 1) % 100 == 0) {
                    System.out.println("given " + (line + 1));
                }
            }
            for (Publication pending : client.pendingPublications().join()) {
                pending.join();
            }
            System.out.println("done");
        }
    }
}
