package dev.aldis.mqtt.examples.scram;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.EnhancedAuthentication;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.Payload;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ScramSha256Test {

    private static final String CHALLENGE =
            "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0," + "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";

    private static EnhancedAuthentication.Exchange exchange() {
        return new ScramSha256("user", "pencil", Runnable::run, () -> "rOprNGfwEbeRWgbNEkqO").begin();
    }

    private static Optional<Payload> text(String value) {
        return Optional.of(Payload.of(value));
    }

    /** The example of RFC 7677, section 3. */
    @Test
    void theExampleOfTheStandardComesOut() throws Exception {
        EnhancedAuthentication.Exchange exchange = exchange();
        assertEquals(
                text("n,,n=user,r=rOprNGfwEbeRWgbNEkqO"),
                exchange.first().toCompletableFuture().get());
        assertEquals(
                text("c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                        + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="),
                exchange.next(text(CHALLENGE)).toCompletableFuture().get());
        exchange.finish(text("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="));
        assertThrows(IllegalStateException.class, () -> exchange.finish(text("v=6rriTRBi23WpRR")));
        assertThrows(IllegalStateException.class, () -> exchange.finish(Optional.empty()));
    }

    @Test
    void aServerThatSaysYesWithoutAQuestionHasProvedNothing() {
        assertThrows(IllegalStateException.class, () -> exchange().finish(text("")));
    }

    @Test
    void challengesThatAreWeakOrForeignAreRefused() {
        for (String challenge : new String[] {
            CHALLENGE.replace("4096", "1"),
            CHALLENGE.replace("rOpr", "xxxx"),
            "r=rOprNGfwEbeRWgbNEkqO,s=aa==,i=4096",
            ""
        }) {
            assertThrows(
                    CompletionException.class,
                    () -> exchange().next(text(challenge)).toCompletableFuture().join(),
                    challenge);
        }
    }

    private static MqttClient client(ScramServer server, String password) {
        return MqttClient.builder()
                .server(server.uri())
                .clientIdentifier("scram")
                .enhancedAuthentication(new ScramSha256("user", password, ForkJoinPool.commonPool()))
                .build();
    }

    @Test
    void clientAndServerProveThemselvesToEachOtherAndDoSoAgain() throws Exception {
        try (ScramServer server = new ScramServer("pencil", true);
                MqttClient client = client(server, "pencil")) {
            client.connect().get(60, TimeUnit.SECONDS);
            client.reauthenticate().get(60, TimeUnit.SECONDS);
            assertEquals("accepted", server.outcomes.poll(60, TimeUnit.SECONDS));
            assertEquals("again", server.outcomes.poll(60, TimeUnit.SECONDS));
        }
    }

    @Test
    void aWrongPasswordIsRefused() throws Exception {
        try (ScramServer server = new ScramServer("pencil", true);
                MqttClient client = client(server, "pen")) {
            CompletionException failure = assertThrows(
                    CompletionException.class, () -> client.connect().join());
            assertTrue(failure.toString().contains("NOT_AUTHORIZED"), failure.toString());
            assertEquals("refused", server.outcomes.poll(60, TimeUnit.SECONDS));
        }
    }

    @Test
    void aServerThatDoesNotKnowThePasswordIsNotTrusted() throws Exception {
        try (ScramServer server = new ScramServer("pencil", false);
                MqttClient client = client(server, "pencil")) {
            CompletionException failure = assertThrows(
                    CompletionException.class, () -> client.connect().join());
            assertTrue(failure.toString().contains("does not know the password"), failure.toString());
        }
    }
}
