package dev.aldis.mqtt.examples.options;

/** An option that cannot be meant so. The message names the value and the cure. */
public final class UsageException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * An exception.
     *
     * @param message what is wrong, and what to do about it
     */
    public UsageException(String message) {
        super(message);
    }
}
