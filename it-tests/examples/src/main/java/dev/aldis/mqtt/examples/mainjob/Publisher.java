package dev.aldis.mqtt.examples.mainjob;

import dev.aldis.mqtt.api.Checkpoint;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.Publication;
import dev.aldis.mqtt.api.PublishOptions;
import dev.aldis.mqtt.api.QoS;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/**
 * The process that is killed. It publishes the rows and stores the number of each as a checkpoint along with the message,
 * so that after a kill it goes on behind the last row that was stored. What it says on standard output, a line each:
 *
 * <pre>
 * recovered ROW PENDING   the checkpoint found in the store, and how many messages an earlier run left there
 * stored ROW              the row is durable
 * completed ROW           the server has it
 * is ...                  what happens to the connection
 * </pre>
 */
public final class Publisher {

    /** What follows the last row. */
    static final String END = "end of the rows";

    private static final String CHECKPOINT = "row";

    /** So that storing, sending and acknowledging go on at the same time, and a kill strikes in the midst of them. */
    private static final int UNDER_WAY = 150;

    private final MqttClient client;
    private final String topic;
    private final QoS qos;
    private final Semaphore room = new Semaphore(UNDER_WAY);
    private final List<CompletableFuture<?>> open = new ArrayList<>();

    private Publisher(MqttClient client, String topic, QoS qos) {
        this.client = client;
        this.topic = topic;
        this.qos = qos;
    }

    /**
     * Runs the process.
     *
     * @param arguments the server's URI, the store's URI, the topic, the QoS, and the last row to publish: when it is not
     *     the last of all, the process waits behind it for its end
     * @throws IOException if its standard input is broken
     * @throws InterruptedException never
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        QoS qos = QoS.of(Integer.parseInt(arguments[3]));
        int last = Integer.parseInt(arguments[4]);
        List<String> rows = Weather.rows();
        try (MqttClient client = MqttClient.builder()
                .server(arguments[0])
                .clientIdentifier("publisher" + qos.level())
                .persistence(arguments[1])
                .listener(event -> System.out.println("is " + Connections.describe(event)))
                // Printing takes time, which the event loop should not spend.
                .resultExecutor(Executors.newSingleThreadExecutor(Publisher::daemon))
                .build()) {
            Publisher publisher = new Publisher(client, arguments[2], qos);
            int first = publisher.recover() + 1;
            client.connect().join();
            publisher.publish(rows.subList(0, last), first);
            if (last < rows.size()) {
                // Its parent kills it here at the latest; without its parent it ends.
                System.in.read();
                return;
            }
            publisher.end();
        }
    }

    private int recover() {
        List<Publication> pending = client.pendingPublications().join();
        int row = client.checkpoint(CHECKPOINT)
                .map(value -> Integer.parseInt(value.text()))
                .orElse(0);
        System.out.println("recovered " + row + " " + pending.size());
        for (Publication publication : pending) {
            // The application key is the row that an earlier run gave the message.
            follow(publication, publication.applicationKey().orElse("?"));
        }
        return row;
    }

    private void publish(List<String> rows, int first) throws InterruptedException {
        for (int row = first; row <= rows.size(); row++) {
            room.acquire();
            String number = Integer.toString(row);
            PublishOptions options = PublishOptions.NONE.withApplicationKey(number);
            if (qos != QoS.AT_MOST_ONCE) {
                options = options.withCheckpoint(Checkpoint.of(CHECKPOINT, number));
            }
            Publication publication = client.publish(Message.of(topic, qos, rows.get(row - 1)), options);
            open.add(publication.stored().thenRun(() -> System.out.println("stored " + number)));
            follow(publication, number);
            open.add(publication.whenComplete((result, failure) -> room.release()));
        }
    }

    private void follow(Publication publication, String number) {
        open.add(publication.thenAccept(result -> {
            if (result.isError()) {
                throw new IllegalStateException("The server refused row " + number + ": " + result);
            }
            System.out.println("completed " + number);
        }));
    }

    private void end() {
        CompletableFuture.allOf(open.toArray(CompletableFuture[]::new)).join();
        QoS surely = qos == QoS.AT_MOST_ONCE ? QoS.AT_LEAST_ONCE : qos;
        client.publish(topic, surely, END).join();
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "results");
        thread.setDaemon(true);
        return thread;
    }
}
