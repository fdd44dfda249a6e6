package dev.aldis.mqtt.api;

import java.util.Objects;
import java.util.Optional;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/** A key beside others. Its text form never shows a key. */
final class KnownKeys implements EncryptionKeys {

    private final String identifier;
    private final SecretKey key;
    private final @Nullable EncryptionKeys others;

    KnownKeys(String identifier, SecretKey key, @Nullable EncryptionKeys others) {
        this.identifier = Objects.requireNonNull(identifier);
        this.key = Objects.requireNonNull(key);
        this.others = others;
    }

    static KnownKeys of(String identifier, SecretKey key) {
        return new KnownKeys(identifier, key, null);
    }

    @Override
    public String currentIdentifier() {
        return others == null ? identifier : others.currentIdentifier();
    }

    @Override
    public Optional<SecretKey> key(String wanted) {
        if (others != null) {
            Optional<SecretKey> other = others.key(wanted);
            if (other.isPresent()) {
                return other;
            }
        }
        return wanted.equals(identifier) ? Optional.of(key) : Optional.empty();
    }

    @Override
    public String toString() {
        return "EncryptionKeys[current=" + currentIdentifier() + ", keys hidden]";
    }
}
