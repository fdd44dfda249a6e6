package dev.aldis.mqtt.protocol.codec;

/** The Variable Byte Integer of section 1.5.5: seven bits in each byte, the lowest first, the top bit says "more". */
final class VariableByteInteger {

    /** The largest value, four bytes {@code FF FF FF 7F}. */
    static final int MAXIMUM = 268_435_455;

    private VariableByteInteger() {}

    /** How many bytes the shortest form of a value has. */
    static int sizeBytes(int value) {
        return value < 1 << 7 ? 1 : value < 1 << 14 ? 2 : value < 1 << 21 ? 3 : 4;
    }

    /** A value that has a form, or an error. */
    static int check(int value) {
        if (value < 0 || value > MAXIMUM) {
            throw new IllegalArgumentException(
                    "A length or Subscription Identifier of " + Integer.toUnsignedString(value)
                            + " cannot be written: at most " + MAXIMUM + " fits into four bytes");
        }
        return value;
    }
}
