package dev.aldis.mqtt.campaigns;

import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.ReceivedMessage;
import dev.aldis.mqtt.api.SubscribeResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The process that receives on all lanes until its standard input ends or it is killed. Its lines:
 *
 * <pre>
 * connected LANE PRESENT                       whether the server had the session
 * ready LANE                                   subscribed
 * received LANE NUMBER DELIVERY REDELIVERED    handed to the application, which has not accepted it yet
 * failed LANE REASON                           what must not happen
 * sample HEAP THREADS FILES STORE              what it uses, if asked for
 * </pre>
 */
public final class SubscriberProgram {

    private final Lane lane;
    private final Report report;
    private int handled;

    private SubscriberProgram(Lane lane, Report report) {
        this.lane = lane;
        this.report = report;
    }

    /**
     * Runs the process.
     *
     * @param arguments the server's URI, the folder of the stores, and the lanes
     * @throws Exception if it fails
     */
    public static void main(String[] arguments) throws Exception {
        Report report = new Report();
        Probe.startIfAsked(report, Path.of(arguments[1]), LaneClient.SUBSCRIBER);
        List<Thread> threads = new ArrayList<>();
        for (int i = 2; i < arguments.length; i++) {
            Lane lane = Lane.of(arguments[i]);
            SubscriberProgram program = new SubscriberProgram(lane, report);
            Thread thread =
                    new Thread(() -> program.runReporting(arguments[0], Path.of(arguments[1])), lane.toString());
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        while (System.in.read() >= 0) {
            // Without its parent it ends.
        }
        System.exit(0);
    }

    private void runReporting(String server, Path folder) {
        try {
            MqttClient client = LaneClient.builder(server, lane, LaneClient.SUBSCRIBER, folder, report)
                    .onMessage(lane.topic(), this::handle)
                    .build();
            report.line("connected", lane, client.connect().join().sessionPresent());
            SubscribeResult result =
                    client.subscribe(lane.topic(), lane.qos(), this::handle).join();
            report.line(result.isError() ? "failed" : "ready", lane);
        } catch (RuntimeException e) {
            report.line("failed", lane, e);
            throw e;
        }
    }

    private void handle(ReceivedMessage message) {
        OptionalInt number = Numbered.number(message.payload());
        if (number.isEmpty()) {
            report.line("failed", lane, "altered");
            return;
        }
        report.line("received", lane, number.getAsInt(), message.deliveryIdentifier(), message.redelivered());
        if (++handled % 40 == 0) {
            // Some time between hand-over and acceptance, for a kill to strike.
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
    }
}
