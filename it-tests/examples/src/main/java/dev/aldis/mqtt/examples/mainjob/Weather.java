package dev.aldis.mqtt.examples.mainjob;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The data set: daily weather in Seattle from 2012 to 2015, one row for each day. */
final class Weather {

    private static final String FILE = "seattle-weather.csv";

    private Weather() {}

    /** The rows in their order, without the header. No two are equal, since each begins with its date. */
    static List<String> rows() {
        try (InputStream in = Weather.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IllegalStateException(FILE + " is not beside the class " + Weather.class.getName());
            }
            return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .lines()
                    .skip(1)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
