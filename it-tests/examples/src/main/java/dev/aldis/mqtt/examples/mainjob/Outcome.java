package dev.aldis.mqtt.examples.mainjob;

import dev.aldis.mqtt.api.QoS;
import java.util.List;

/**
 * What became of the rows at one QoS.
 *
 * @param kills how often the publisher was killed
 * @param published how many rows were published
 * @param received how many arrived, each counted as often as it came
 * @param strangers how many messages arrived that nobody published
 */
record Outcome(QoS qos, int kills, int published, int received, int lost, int duplicated, int strangers) {

    static Outcome of(QoS qos, int kills, int published, Ledger ledger) {
        return new Outcome(
                qos,
                kills,
                published,
                ledger.received(),
                ledger.lost(),
                ledger.duplicated(),
                ledger.strangers().size());
    }

    /** Whether what its QoS promises was kept; QoS 0 promises nothing. */
    boolean kept() {
        return strangers == 0
                && switch (qos) {
                    case AT_MOST_ONCE -> true;
                    case AT_LEAST_ONCE -> lost == 0;
                    case EXACTLY_ONCE -> lost == 0 && duplicated == 0;
                };
    }

    private String promise() {
        String promise = switch (qos) {
            case AT_MOST_ONCE -> "none";
            case AT_LEAST_ONCE -> "none lost";
            case EXACTLY_ONCE -> "none lost, none duplicated";
        };
        return promise + (qos == QoS.AT_MOST_ONCE ? "" : kept() ? ": kept" : ": BROKEN");
    }

    /** One line for each outcome below a heading. */
    static String table(List<Outcome> outcomes) {
        String format = "%-4s %6s %10s %9s %6s %11s  %s%n";
        StringBuilder text = new StringBuilder(
                String.format(format, "QoS", "kills", "published", "received", "lost", "duplicated", "promise"));
        for (Outcome each : outcomes) {
            text.append(String.format(
                    format,
                    each.qos.level(),
                    each.kills,
                    each.published,
                    each.received,
                    each.lost,
                    each.duplicated,
                    each.promise()));
        }
        return text.toString();
    }
}
