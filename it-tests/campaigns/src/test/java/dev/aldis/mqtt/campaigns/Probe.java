package dev.aldis.mqtt.campaigns;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Says now and then what this process uses, if its parent asked for it with a system property. */
final class Probe {

    private static final String PROPERTY = "aldis.probe.millis";

    private final Report report;
    private final Path folder;
    private final String end;

    private Probe(Report report, Path folder, String end) {
        this.report = report;
        this.folder = folder;
        this.end = end;
    }

    /** What a JVM has to be given so that it says something so often. */
    static List<String> options(int millis) {
        return List.of("-D" + PROPERTY + "=" + millis);
    }

    static void startIfAsked(Report report, Path folder, String end) {
        int millis = Integer.getInteger(PROPERTY, 0);
        if (millis > 0) {
            Probe probe = new Probe(report, folder, end);
            Thread thread = new Thread(() -> probe.run(millis), "probe");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void run(int millis) {
        try {
            while (true) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
                report.line(Usage.WORD, measure());
            }
        } catch (IOException e) {
            report.line("failed", "the probe", e);
        }
    }

    @SuppressWarnings("DoNotCall") // What is garbage does not count.
    private Usage measure() throws IOException {
        System.gc();
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        int threads = ManagementFactory.getThreadMXBean().getThreadCount();
        long files = ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getOpenFileDescriptorCount()
                : 0;
        return new Usage(heap, threads, files, storeBytes());
    }

    private long storeBytes() throws IOException {
        long bytes = 0;
        List<Path> stores;
        try (Stream<Path> all = Files.list(folder)) {
            stores = all.filter(path -> path.getFileName().toString().startsWith(end + "-"))
                    .toList();
        }
        for (Path store : stores) {
            bytes += bytesIn(store);
        }
        return bytes;
    }

    private static long bytesIn(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            try {
                return Files.size(path);
            } catch (NoSuchFileException e) {
                return 0; // It was there a moment ago: a segment that is not needed any more.
            }
        }
        List<Path> children;
        try (Stream<Path> all = Files.list(path)) {
            children = all.toList();
        }
        long bytes = 0;
        for (Path child : children) {
            bytes += bytesIn(child);
        }
        return bytes;
    }
}
