package dev.aldis.mqtt.api;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** User name and password for CONNECT. Its text form never shows the password. Immutable. */
public final class Credentials {

    private final @Nullable String userName;
    private final @Nullable Payload password;

    private Credentials(@Nullable String userName, @Nullable Payload password) {
        this.userName = userName == null ? null : MqttText.check("User Name", userName);
        this.password = password;
        if (password != null && password.sizeBytes() > MqttText.MAXIMUM_BYTES) {
            throw new IllegalArgumentException("Password of " + password.sizeBytes() + " bytes is too long: at most "
                    + MqttText.MAXIMUM_BYTES + " bytes fit into CONNECT");
        }
    }

    /**
     * A user name with a password.
     *
     * @param userName at most 65,535 bytes in UTF-8
     * @param password at most 65,535 bytes
     * @return the credentials
     * @throws IllegalArgumentException if one of them is too long or cannot be encoded
     */
    public static Credentials of(String userName, Payload password) {
        return new Credentials(userName, password);
    }

    /**
     * A user name alone.
     *
     * @param userName at most 65,535 bytes in UTF-8
     * @return the credentials
     * @throws IllegalArgumentException if it is too long or cannot be encoded
     */
    public static Credentials ofUserName(String userName) {
        return new Credentials(userName, null);
    }

    /**
     * A password alone, for example a token. MQTT 5.0 only: the earlier versions need a user name with it.
     *
     * @param password at most 65,535 bytes
     * @return the credentials
     * @throws IllegalArgumentException if it is too long
     */
    public static Credentials ofPassword(Payload password) {
        return new Credentials(null, password);
    }

    /**
     * The user name.
     *
     * @return the text, empty if absent
     */
    public Optional<String> userName() {
        return Optional.ofNullable(userName);
    }

    /**
     * The password.
     *
     * @return the bytes, empty if absent
     */
    public Optional<Payload> password() {
        return Optional.ofNullable(password);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Credentials that
                && Objects.equals(userName, that.userName)
                && Objects.equals(password, that.password);
    }

    @Override
    public int hashCode() {
        return Objects.hash(userName, password);
    }

    @Override
    public String toString() {
        return "Credentials[userName=" + userName + ", password=" + (password == null ? "none" : "hidden") + "]";
    }
}
