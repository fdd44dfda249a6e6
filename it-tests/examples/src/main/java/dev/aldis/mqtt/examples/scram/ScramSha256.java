package dev.aldis.mqtt.examples.scram;

import dev.aldis.mqtt.api.EnhancedAuthentication;
import dev.aldis.mqtt.api.Payload;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * SCRAM-SHA-256 (RFC 5802, RFC 7677) as a method of enhanced authentication: the password never travels, and the server
 * proves that it knows it too. User name and password are taken as they are, so they should be plain ASCII; an application
 * with others prepares them first (RFC 4013).
 */
public final class ScramSha256 implements EnhancedAuthentication {

    /** Base64 of "n,,": no channel binding. */
    private static final String CHANNEL = "biws";

    private static final int FEWEST_ITERATIONS = 4096;

    private final String user;
    private final String password;
    private final Executor executor;
    private final Supplier<String> nonces;

    /**
     * The method for one user.
     *
     * @param user the name
     * @param password the password
     * @param executor where keys are computed, which takes milliseconds and must not hold up the event loop
     */
    public ScramSha256(String user, String password, Executor executor) {
        this(user, password, executor, ScramSha256::randomNonce);
    }

    /** With nonces that a test knows. */
    ScramSha256(String user, String password, Executor executor, Supplier<String> nonces) {
        this.user = user;
        this.password = password;
        this.executor = executor;
        this.nonces = nonces;
    }

    private static String randomNonce() {
        byte[] bytes = new byte[18];
        new SecureRandom().nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    @Override
    public String method() {
        return "SCRAM-SHA-256";
    }

    @Override
    public Exchange begin() {
        return new Conversation(nonces.get());
    }

    private final class Conversation implements Exchange {

        private final String nonce;
        private final String firstBare;
        private volatile String expected = "";

        Conversation(String nonce) {
            this.nonce = nonce;
            this.firstBare = "n=" + user.replace("=", "=3D").replace(",", "=2C") + ",r=" + nonce;
        }

        @Override
        public CompletionStage<Optional<Payload>> first() {
            return CompletableFuture.completedFuture(Optional.of(Payload.of("n,," + firstBare)));
        }

        @Override
        public CompletionStage<Optional<Payload>> next(Optional<Payload> data) {
            return CompletableFuture.supplyAsync(
                    () -> Optional.of(Payload.of(answer(data.map(Payload::text).orElse("")))), executor);
        }

        private String answer(String challenge) {
            String combined = attribute(challenge, 'r');
            byte[] salt = Base64.getDecoder().decode(attribute(challenge, 's'));
            int iterations = Integer.parseInt(attribute(challenge, 'i'));
            if (!combined.startsWith(nonce) || combined.length() == nonce.length()) {
                throw new IllegalStateException("The server's nonce does not go on from the client's");
            }
            if (iterations < FEWEST_ITERATIONS) {
                throw new IllegalStateException("The server asks for " + iterations + " iterations; less than "
                        + FEWEST_ITERATIONS + " are weak");
            }
            String finalBare = "c=" + CHANNEL + ",r=" + combined;
            String message = firstBare + "," + challenge + "," + finalBare;
            try {
                byte[] salted = saltedPassword(password, salt, iterations);
                byte[] clientKey = hmac(salted, "Client Key");
                byte[] signature = hmac(MessageDigest.getInstance("SHA-256").digest(clientKey), message);
                expected = "v=" + Base64.getEncoder().encodeToString(hmac(hmac(salted, "Server Key"), message));
                return finalBare + ",p=" + Base64.getEncoder().encodeToString(xor(clientKey, signature));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("This Java has no SHA-256", e);
            }
        }

        @Override
        public void finish(Optional<Payload> data) {
            byte[] said = data.map(Payload::toByteArray).orElse(new byte[0]);
            if (expected.isEmpty() || !MessageDigest.isEqual(said, expected.getBytes(StandardCharsets.UTF_8))) {
                throw new IllegalStateException("The server does not know the password");
            }
        }
    }

    private static String attribute(String message, char name) {
        for (String part : message.split(",", -1)) {
            if (part.startsWith(name + "=")) {
                return part.substring(2);
            }
        }
        throw new IllegalStateException("The server's message has no attribute '" + name + "'");
    }

    static byte[] saltedPassword(String password, byte[] salt, int iterations) throws GeneralSecurityException {
        return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                .generateSecret(new PBEKeySpec(password.toCharArray(), salt, iterations, 256))
                .getEncoded();
    }

    static byte[] hmac(byte[] key, String message) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(message.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] xor(byte[] a, byte[] b) {
        byte[] result = new byte[a.length];
        for (int i = 0; i < a.length; i++) {
            result[i] = (byte) (a[i] ^ b[i]);
        }
        return result;
    }
}
