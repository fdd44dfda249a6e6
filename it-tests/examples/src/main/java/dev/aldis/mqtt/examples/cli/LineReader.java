package dev.aldis.mqtt.examples.cli;

import dev.aldis.mqtt.api.ClientLimits;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Cuts a stream of bytes into lines at each line feed. The bytes between are not looked at. */
final class LineReader implements Closeable {

    private final InputStream in;
    private final int maximumBytes;
    private long lineNumber;

    LineReader(InputStream in) {
        this(in, ClientLimits.LARGEST_PACKET_BYTES);
    }

    LineReader(InputStream in, int maximumBytes) {
        this.in = new BufferedInputStream(in, 1 << 16);
        this.maximumBytes = maximumBytes;
    }

    /** The number of the line that was read last, 1 for the first. */
    long lineNumber() {
        return lineNumber;
    }

    /** The next line without its line feed; empty at the end. A last line need not have a line feed. */
    Optional<byte[]> next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(128);
        int b = in.read();
        if (b < 0) {
            return Optional.empty();
        }
        lineNumber++;
        for (; b >= 0 && b != '\n'; b = in.read()) {
            if (line.size() == maximumBytes) {
                throw new IOException("line " + lineNumber + " has more than " + maximumBytes
                        + " bytes, which no MQTT message can carry: make it shorter");
            }
            line.write(b);
        }
        return Optional.of(line.toByteArray());
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
