package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The words of one input of a transcript; options ({@code name=value}) and flags may stand anywhere among them. */
final class Words {

    private final String line;
    private final List<String> words;

    Words(String line) {
        this.line = line;
        this.words = new ArrayList<>(
                line.isBlank() ? List.of() : Arrays.asList(line.trim().split(" +")));
    }

    boolean hasNext() {
        return !words.isEmpty();
    }

    String next() {
        if (words.isEmpty()) {
            throw new AssertionError("More words are expected in: " + line);
        }
        return words.remove(0);
    }

    int nextInt() {
        return Integer.parseInt(next());
    }

    /** All that is left. */
    String rest() {
        String text = String.join(" ", words);
        words.clear();
        return text;
    }

    /** Takes the word out if it is there. */
    boolean flag(String name) {
        return words.remove(name);
    }

    /** Takes {@code name=value} out. */
    @Nullable
    String option(String name) {
        for (String word : words) {
            if (word.startsWith(name + "=")) {
                words.remove(word);
                return word.substring(name.length() + 1);
            }
        }
        return null;
    }

    int option(String name, int otherwise) {
        String value = option(name);
        return value == null ? otherwise : Integer.parseInt(value);
    }

    /** q0, q1 or q2. */
    QoS qos() {
        return QoS.of(Integer.parseInt(next().substring(1)));
    }

    /** The name of a Reason Code, if the next word is one; success otherwise. */
    ReasonCode code() {
        if (!words.isEmpty()) {
            for (ReasonCode code : ReasonCode.values()) {
                if (code.name().equals(words.get(0))) {
                    words.remove(0);
                    return code;
                }
            }
        }
        return ReasonCode.SUCCESS;
    }

    List<ReasonCode> codes() {
        List<ReasonCode> codes = new ArrayList<>();
        while (!words.isEmpty()) {
            codes.add(ReasonCode.valueOf(next()));
        }
        return codes;
    }

    void end() {
        if (!words.isEmpty()) {
            throw new AssertionError("Nobody understands " + words + " in: " + line);
        }
    }
}
