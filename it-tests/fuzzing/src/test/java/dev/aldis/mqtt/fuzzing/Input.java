package dev.aldis.mqtt.fuzzing;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/** An input as a source of values; when it is used up, all of them are zero, empty or false. */
final class Input {

    private final byte[] bytes;
    private int position;

    Input(byte[] bytes) {
        this.bytes = bytes;
    }

    boolean isEmpty() {
        return position == bytes.length;
    }

    /** 0 to 255. */
    int next() {
        return isEmpty() ? 0 : bytes[position++] & 0xFF;
    }

    int nextShort() {
        return next() << 8 | next();
    }

    long nextUnsignedInt() {
        return (long) nextShort() << 16 | nextShort();
    }

    long nextLong() {
        return nextUnsignedInt() << 32 | nextUnsignedInt();
    }

    /** 0 to below the bound, which is 256 at most. */
    int below(int bound) {
        return next() % bound;
    }

    boolean chance(int times) {
        return next() % times == 1;
    }

    <T> T oneOf(List<T> choices) {
        return choices.get(below(choices.size()));
    }

    <T> List<T> list(int smallest, int largest, Supplier<T> element) {
        int size = smallest + below(largest - smallest + 1);
        List<T> elements = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            elements.add(element.get());
        }
        return elements;
    }

    /** So many bytes, or what is left. */
    byte[] bytes(int length) {
        int end = Math.min(bytes.length, position + length);
        byte[] taken = Arrays.copyOfRange(bytes, position, end);
        position = end;
        return taken;
    }

    byte[] rest() {
        return bytes(bytes.length - position);
    }

    /** A text of up to so many characters, from the wrong ones that a byte can hold to the rare ones of two. */
    String text(int largest) {
        int length = below(largest + 1);
        if (chance(4)) {
            return new String(bytes(length), StandardCharsets.UTF_16BE);
        }
        return new String(bytes(length), StandardCharsets.ISO_8859_1);
    }
}
