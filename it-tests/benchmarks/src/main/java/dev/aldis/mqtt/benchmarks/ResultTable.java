package dev.aldis.mqtt.benchmarks;

import java.util.Locale;

/** The results as Markdown: for each task a table with a row for each contender. */
final class ResultTable {

    private final Results results;

    ResultTable(Results results) {
        this.results = results;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Task task : results.tasks()) {
            text.append("### ").append(title(task)).append("\n\n");
            text.append(
                    "| client | msg/s, median | lowest to highest round | against HiveMQ tuned | CPU ns/msg | B allocated/msg |");
            text.append(task.direction() == Task.Direction.PUBLISH ? " p50 µs | p99 µs |\n" : "\n");
            text.append("|---|---:|---:|---:|---:|---:|");
            text.append(task.direction() == Task.Direction.PUBLISH ? "---:|---:|\n" : "\n");
            for (ContenderKind kind : results.contenders(task)) {
                text.append(row(task, kind)).append('\n');
            }
            text.append('\n');
        }
        return text.toString();
    }

    private static String title(Task task) {
        String verb = task.direction() == Task.Direction.PUBLISH ? "Publish" : "Receive";
        String flight = task.direction() == Task.Direction.RECEIVE && task.qos() == 0
                ? "as fast as it is read"
                : String.format(Locale.ROOT, "%,d in flight", task.window());
        return verb + " at QoS " + task.qos() + ", " + flight;
    }

    private String row(Task task, ContenderKind kind) {
        double[] rates = results.sorted(task, kind, RoundResult::messagesPerSecond);
        double median = results.median(task, kind, RoundResult::messagesPerSecond);
        String row = String.format(
                Locale.ROOT,
                "| %s | %,.0f | %,.0f to %,.0f | %s | %,.0f | %,.0f |",
                kind.label(),
                median,
                rates[0],
                rates[rates.length - 1],
                ratio(task, median),
                results.median(task, kind, RoundResult::cpuNanosPerMessage),
                results.median(task, kind, RoundResult::bytesPerMessage));
        if (task.direction() == Task.Direction.RECEIVE) {
            return row;
        }
        return row
                + String.format(
                        Locale.ROOT,
                        " %,.0f | %,.0f |",
                        results.median(task, kind, RoundResult::medianMicros),
                        results.median(task, kind, RoundResult::p99Micros));
    }

    private String ratio(Task task, double rate) {
        if (!results.contenders(task).contains(ContenderKind.HIVEMQ_TUNED)) {
            return "–";
        }
        double tuned = results.median(task, ContenderKind.HIVEMQ_TUNED, RoundResult::messagesPerSecond);
        return String.format(Locale.ROOT, "%.2f", rate / tuned);
    }
}
