package dev.aldis.mqtt.examples.cli;

import dev.aldis.mqtt.api.EncryptionKeys;
import dev.aldis.mqtt.api.StoreInspection;
import dev.aldis.mqtt.api.StoredEntry;
import dev.aldis.mqtt.examples.options.Options;
import dev.aldis.mqtt.examples.options.UsageException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import javax.crypto.spec.SecretKeySpec;

/** Lists what a store holds, without a client: {@code inspect --store h2:./data --client-id meter-7}. */
public final class Inspect {

    private static final String SUMMARY = """
            Lists what a store holds: first each kind of record with its number, its bytes and its
            oldest time, then each record. Changes nothing, and works while the client that owns
            the store is stopped, also after a crash; a store that is open is in use.""";

    private static final int PAGE = 1_000;
    private static final String RECORD_FORMAT = "%-18s %-10s %-10s %3s %9s %-24s %6s  %s%n";
    private static final String KIND_FORMAT = "%-10s %9s %12s  %s%n";

    private Inspect() {}

    /**
     * Runs the program.
     *
     * @param arguments see {@code --help}
     */
    public static void main(String[] arguments) {
        Options options = new Options()
                .value("--store", "URI", "where messages are kept, such as h2:./data; needed")
                .value("--client-id", "ID", "whose session to look at; needed")
                .value("--keys", "ID=FILE,...", "the keys of an encrypted store, each a file with its bytes")
                .flag("--summary", "print the kinds only, not each record")
                .flag("--payloads", "print payloads and the values of checkpoints as well")
                .flag("--quiet", "print errors only on standard error")
                .flag("--help", "print this text");
        System.exit(new CommandLine("inspect", "--store URI --client-id ID", SUMMARY, options)
                .run(Inspect::run, arguments));
    }

    private static void run(Options options, Notices notices) throws IOException {
        String store = options.required("--store");
        String client = options.required("--client-id");
        Optional<EncryptionKeys> keys = keys(options);
        try (StoreInspection inspection = keys.isPresent()
                ? StoreInspection.open(store, client, keys.get())
                : StoreInspection.open(store, client)) {
            inspection.damage().forEach(damage -> notices.error("damaged: " + damage));
            printKinds(inspection, System.out);
            if (!options.has("--summary")) {
                System.out.println();
                printRecords(inspection, options.has("--payloads"), System.out);
            }
        } catch (IllegalArgumentException e) {
            throw new UsageException("--store '" + store + "' is not usable: " + Notices.reason(e));
        }
    }

    private static Optional<EncryptionKeys> keys(Options options) throws IOException {
        EncryptionKeys keys = null;
        for (String pair : options.text("--keys").map(text -> text.split(",")).orElse(new String[0])) {
            int equals = pair.indexOf('=');
            if (equals < 1) {
                throw new UsageException("--keys '" + pair + "' names no file: write the identifier, =, and a file");
            }
            byte[] bytes = Files.readAllBytes(ConnectionOptions.readable("--keys", pair.substring(equals + 1)));
            SecretKeySpec key = new SecretKeySpec(bytes, "AES");
            String identifier = pair.substring(0, equals);
            keys = keys == null ? EncryptionKeys.of(identifier, key) : keys.withFormerKey(identifier, key);
        }
        return Optional.ofNullable(keys);
    }

    /** What there is of one kind. */
    private static final class Tally {
        private long count;
        private long bytes;
        private String oldest = "-";
    }

    private static void printKinds(StoreInspection inspection, PrintStream out) {
        Map<StoredEntry.Kind, Tally> kinds = new TreeMap<>();
        forEach(inspection, entry -> {
            Tally tally = kinds.computeIfAbsent(entry.kind(), kind -> new Tally());
            tally.count++;
            tally.bytes += entry.sizeBytes();
            String time = time(entry);
            boolean older = tally.oldest.equals("-") || time.compareTo(tally.oldest) < 0;
            tally.oldest = entry.time().isPresent() && older ? time : tally.oldest;
        });
        out.printf(KIND_FORMAT, "kind", "count", "bytes", "oldest");
        kinds.forEach((kind, tally) -> out.printf(KIND_FORMAT, kind, tally.count, tally.bytes, tally.oldest));
    }

    private static void printRecords(StoreInspection inspection, boolean payloads, PrintStream out) {
        out.printf(RECORD_FORMAT, "key", "kind", "state", "QoS", "bytes", "time", "packet", "topic");
        forEach(inspection, entry -> {
            String topic = entry.topic().map(name -> name.text()).orElse("-");
            String name = entry.name().map(text -> "  name=" + text).orElse("");
            String content = payloads
                    ? entry.content().map(bytes -> "  payload=" + bytes.text()).orElse("")
                    : "";
            out.printf(
                    RECORD_FORMAT,
                    "0x" + Long.toHexString(entry.key()),
                    entry.kind(),
                    entry.state(),
                    entry.qos().map(qos -> String.valueOf(qos.level())).orElse("-"),
                    entry.sizeBytes(),
                    time(entry),
                    entry.packetIdentifier().isPresent()
                            ? entry.packetIdentifier().getAsInt()
                            : "-",
                    topic + name + content);
        });
    }

    private static String time(StoredEntry entry) {
        return entry.time().map(Object::toString).orElse("-");
    }

    private static void forEach(StoreInspection inspection, Consumer<StoredEntry> action) {
        long from = 0;
        while (true) {
            List<StoredEntry> page = inspection.entries(from, PAGE);
            page.forEach(action);
            if (page.size() < PAGE) {
                return;
            }
            from = page.get(PAGE - 1).key() + 1;
        }
    }
}
