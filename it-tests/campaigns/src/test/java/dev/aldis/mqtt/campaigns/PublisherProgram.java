package dev.aldis.mqtt.campaigns;

import dev.aldis.mqtt.api.Checkpoint;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.Publication;
import dev.aldis.mqtt.api.PublishOptions;
import dev.aldis.mqtt.api.TopicName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The process that publishes on all lanes, in bursts with pauses, until its standard input says "stop" or it is killed. It
 * goes on behind the checkpoint in each store. Its lines:
 *
 * <pre>
 * recovered LANE CHECKPOINT PENDING   found in the store
 * ready LANE                          connected
 * stored LANE NUMBER
 * completed LANE NUMBER
 * finished LANE LAST PENDING          nothing is under way any more
 * failed LANE REASON                  what must not happen
 * sample HEAP THREADS FILES STORE     what it uses, if asked for
 * </pre>
 */
public final class PublisherProgram {

    private static final String CHECKPOINT = "number";
    private static final int UNDER_WAY = 60;
    private static final int MOST_PAUSE_MILLIS = Integer.getInteger("aldis.pause.millis", 60);

    private final Lane lane;
    private final MqttClient client;
    private final Report report;
    private final Random random;
    private final Semaphore room = new Semaphore(UNDER_WAY);
    private final List<CompletableFuture<?>> recovered = new ArrayList<>();
    private volatile boolean stopping;
    private int last;

    private PublisherProgram(Lane lane, MqttClient client, Report report, Random random) {
        this.lane = lane;
        this.client = client;
        this.report = report;
        this.random = random;
    }

    /**
     * Runs the process.
     *
     * @param arguments the server's URI, the folder of the stores, a seed, and the lanes
     * @throws Exception if it fails, after it was reported
     */
    public static void main(String[] arguments) throws Exception {
        Report report = new Report();
        Random random = new Random(Long.parseLong(arguments[2]));
        Probe.startIfAsked(report, Path.of(arguments[1]), LaneClient.PUBLISHER);
        List<PublisherProgram> all = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        Executor results = Executors.newSingleThreadExecutor(PublisherProgram::daemon);
        for (int i = 3; i < arguments.length; i++) {
            Lane lane = Lane.of(arguments[i]);
            MqttClient client = LaneClient.builder(
                            arguments[0], lane, LaneClient.PUBLISHER, Path.of(arguments[1]), report)
                    .resultExecutor(results)
                    .build();
            PublisherProgram program = new PublisherProgram(lane, client, report, new Random(random.nextLong()));
            all.add(program);
            threads.add(new Thread(program::runReporting, lane.toString()));
        }
        threads.forEach(Thread::start);
        awaitStop();
        all.forEach(each -> each.stopping = true);
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static void awaitStop() throws IOException {
        // Without its parent it ends too.
        for (int next = System.in.read(); next >= 0 && next != '\n'; ) {
            next = System.in.read();
        }
    }

    private void runReporting() {
        try (client) {
            run();
        } catch (Exception e) {
            report.line("failed", lane, e);
            throw new IllegalStateException(e);
        }
    }

    private void run() throws InterruptedException {
        recover();
        client.connect().join();
        report.line("ready", lane);
        while (!stopping) {
            for (int burst = 1 + random.nextInt(UNDER_WAY); burst > 0; burst--) {
                publishNext();
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(MOST_PAUSE_MILLIS)));
        }
        room.acquire(UNDER_WAY);
        CompletableFuture.allOf(recovered.toArray(CompletableFuture[]::new)).join();
        report.line("finished", lane, last, client.pendingPublications().join().size());
    }

    private void recover() {
        List<Publication> pending = client.pendingPublications().join();
        last = client.checkpoint(CHECKPOINT)
                .map(value -> Integer.parseInt(value.text()))
                .orElse(0);
        report.line("recovered", lane, last, pending.size());
        for (Publication publication : pending) {
            String number = publication.applicationKey().orElse("?");
            recovered.add(publication.thenAccept(result -> complete(number, result.isError())));
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // What is not reported has not happened.
    private void publishNext() throws InterruptedException {
        room.acquire();
        last++;
        String number = Integer.toString(last);
        Message message = Message.of(TopicName.of(lane.topic()), lane.qos(), Numbered.payload(last));
        Publication publication = client.publish(
                message,
                PublishOptions.NONE.withApplicationKey(number).withCheckpoint(Checkpoint.of(CHECKPOINT, number)));
        publication.stored().thenRun(() -> report.line("stored", lane, number));
        publication.whenComplete((result, failure) -> {
            if (failure != null) {
                report.line("failed", lane, failure);
            } else {
                complete(number, result.isError());
            }
            room.release();
        });
    }

    private void complete(String number, boolean refused) {
        report.line(refused ? "failed" : "completed", lane, number);
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "results");
        thread.setDaemon(true);
        return thread;
    }
}
