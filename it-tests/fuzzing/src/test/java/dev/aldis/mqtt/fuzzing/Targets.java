package dev.aldis.mqtt.fuzzing;

import java.util.Locale;

/** All targets. */
@SuppressWarnings("ImmutableEnumChecker") // What a target keeps are the files that it damages copies of.
enum Targets {
    /** Any bytes into our decoder. */
    DECODER(new DecoderTarget(), 2_048),
    /** Any bytes into our decoder and Netty's. */
    NETTY(new NettyTarget(), 1_024),
    /** Any packets through our encoder and decoder. */
    ENCODER(new EncoderTarget(), 1_024),
    /** Any packets, commands, times and answers of a store into the engine. */
    ENGINE(new EngineTarget(), 4_096),
    /** Any records for an engine to restore. */
    RECORDS(new RecordTarget(), 2_048),
    /** Encrypted records with any damage. */
    ENCRYPTED_RECORDS(new EncryptedRecordTarget(), 256),
    /** The file of an H2 store with any damage. */
    H2_FILES(new StoreFileTarget(StoreFiles.H2), 256),
    /** The files of a Chronicle store with any damage. */
    CHRONICLE_FILES(new StoreFileTarget(StoreFiles.CHRONICLE), 256);

    private final FuzzTarget target;
    private final int longestInputBytes;

    Targets(FuzzTarget target, int longestInputBytes) {
        this.target = target;
        this.longestInputBytes = longestInputBytes;
    }

    FuzzTarget target() {
        return target;
    }

    /** Longer inputs find nothing that shorter ones do not. */
    int longestInputBytes() {
        return longestInputBytes;
    }

    /** Whether an input takes fifty times as long as one of another target. */
    boolean isOfFiles() {
        return target instanceof StoreFileTarget;
    }

    /** How its corpus is called. */
    String folder() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
