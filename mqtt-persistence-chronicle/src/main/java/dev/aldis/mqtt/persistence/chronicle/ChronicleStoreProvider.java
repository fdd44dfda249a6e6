package dev.aldis.mqtt.persistence.chronicle;

import dev.aldis.mqtt.api.Durability;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.spi.persistence.OwnerOnly;
import dev.aldis.mqtt.spi.persistence.SessionStore;
import dev.aldis.mqtt.spi.persistence.SingleThreadStore;
import dev.aldis.mqtt.spi.persistence.StoreLock;
import dev.aldis.mqtt.spi.persistence.StoreProvider;
import dev.aldis.mqtt.spi.persistence.StoreReader;
import dev.aldis.mqtt.spi.persistence.StoreRequest;
import dev.aldis.mqtt.spi.persistence.TemporaryCopy;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Stores in queues of Chronicle Queue, for the scheme {@code chronicle}: {@code chronicle:./data} is the folder
 * {@code data}, which is made if it is not there, with one folder in it for each client identifier. On POSIX systems only
 * the owner may read what is made.
 *
 * <p>Chronicle Queue needs two options of the JVM; an error at opening names those that are missing. Its thread that
 * watches the disk is switched off by the system property {@code chronicle.disk.monitor.disable}, which is set unless it is
 * set already. Its daemon thread {@code background~resource~releaser}, one for the whole JVM, stays.
 */
public final class ChronicleStoreProvider implements StoreProvider {

    private static final Logger LOG = System.getLogger(ChronicleStoreProvider.class.getName());

    private static final int SEGMENT_BYTES = 4 << 20;
    private static final long SLACK_BYTES = 16 << 20;

    private final SegmentFiles files;
    private final int segmentBytes;
    private final long slackBytes;

    /** Made by {@link java.util.ServiceLoader}. */
    public ChronicleStoreProvider() {
        this(new SegmentFiles(), SEGMENT_BYTES, SLACK_BYTES);
    }

    ChronicleStoreProvider(SegmentFiles files, int segmentBytes, long slackBytes) {
        this.files = files;
        this.segmentBytes = segmentBytes;
        this.slackBytes = slackBytes;
    }

    @Override
    public String scheme() {
        return "chronicle";
    }

    @Override
    public SessionStore open(StoreRequest request) {
        Preflight.check();
        Path folder = request.path().toAbsolutePath().normalize();
        try {
            OwnerOnly.createFolders(folder);
            StorePaths paths = new StorePaths(folder.toRealPath(), request.fileName());
            return open(request, paths, StoreLock.take(paths.lock()));
        } catch (IOException e) {
            throw new StoreException(
                    "The folder " + folder + " of the persistence URI '" + request.location()
                            + "' cannot be read or written (" + e
                            + "): make it a folder that this user may write, with room on its disk, or choose another"
                            + " location",
                    e);
        }
    }

    /** Looks into a copy of the queues, in a temporary folder of this user. */
    @Override
    public StoreReader openForReading(StoreRequest request) {
        Preflight.check();
        Path folder = request.path().toAbsolutePath().normalize();
        try {
            Path real = Files.exists(folder) ? folder.toRealPath() : folder;
            StorePaths paths = new StorePaths(real, request.fileName());
            TemporaryCopy copy = TemporaryCopy.of(request, paths.folder(), paths.lock());
            try {
                StorePaths copied = new StorePaths(copy.folder(), request.fileName());
                return new CopiedStore(copy, open(request, copied, StoreLock.take(copied.lock())));
            } catch (IOException | RuntimeException | Error e) {
                copy.close();
                throw e;
            }
        } catch (IOException e) {
            throw new StoreException(
                    "The store at " + folder + " cannot be copied to be looked at (" + e
                            + "): give this user the right to read it, and space where temporary files go",
                    e);
        }
    }

    private SessionStore open(StoreRequest request, StorePaths paths, StoreLock lock) throws IOException {
        try {
            Recovery recovery = new Recovery(files, paths, damage -> report(request, damage));
            recovery.run();
            RecordLog log = new RecordLog(
                    files,
                    paths,
                    recovery,
                    new RecordLog.Settings(segmentBytes, slackBytes, request.durability() == Durability.POWER));
            log.start(recovery.damagedSegment());
            return new SingleThreadStore(log, lock, "aldis-mqtt-chronicle");
        } catch (IOException | RuntimeException | Error e) {
            lock.close();
            throw e;
        }
    }

    private static void report(StoreRequest request, String damage) {
        try {
            request.damageListener().accept(damage);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "A damage listener failed, and was to be told: " + damage, e);
        }
    }
}
