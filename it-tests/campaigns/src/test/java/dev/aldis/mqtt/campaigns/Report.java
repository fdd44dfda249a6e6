package dev.aldis.mqtt.campaigns;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** What a child says to its parent: each line with one write, so that a kill leaves it whole or nothing of it. */
public final class Report {

    private final FileOutputStream out = new FileOutputStream(FileDescriptor.out);

    /**
     * Says a line. When this returns the parent will hear it, whatever becomes of this process.
     *
     * @param words of the line
     */
    public void line(Object... words) {
        StringBuilder text = new StringBuilder();
        for (Object word : words) {
            text.append(text.isEmpty() ? "" : " ").append(word);
        }
        try {
            out.write(text.append('\n').toString().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
