package dev.aldis.mqtt.persistence.h2.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Durability;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.spi.persistence.StoreRequest;
import java.io.IOException;
import java.net.URI;
import java.sql.SQLException;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.h2.api.ErrorCode;
import org.junit.jupiter.api.Test;

/** What a persistence URI of a server means, and what to do when it does not work. */
class ServerLocationTest {

    private static StoreRequest request(String location) {
        return new StoreRequest(URI.create(location), "client", Durability.PROCESS, damage -> {});
    }

    private static ServerLocation of(String location) {
        return ServerLocation.of(request(location));
    }

    @Test
    void theUriBecomesOneOfTheDriverWithoutUserAndPassword() {
        ServerLocation location = of("h2:tcp://host:9092/./mqtt?user=app&password=property:p");
        assertEquals("jdbc:h2:tcp://host:9092/./mqtt", location.url());
        assertEquals("app", location.user());
        assertEquals("property:p", location.password().map(Object::toString).orElse("none"));
    }

    @Test
    void withoutAUserItIsTheOneThatH2Makes() {
        ServerLocation location = of("h2:ssl://host/./mqtt");
        assertEquals("jdbc:h2:ssl://host/./mqtt", location.url());
        assertEquals("sa", location.user());
        assertEquals(Optional.empty(), location.password());
    }

    /** One of them could have the server run a script. */
    @Test
    void settingsOfTheDriverAreRefused() {
        for (String location : new String[] {"h2:tcp://host/./mqtt;INIT=RUNSCRIPT", "h2:tcp:;MODE=MySQL"}) {
            IllegalArgumentException refused =
                    assertThrows(IllegalArgumentException.class, () -> of(location), location);
            assertTrue(refused.getMessage().contains("?user=NAME"), refused::getMessage);
        }
        assertThrows(IllegalArgumentException.class, () -> of("h2:tcp://host/./mqtt?init=RUNSCRIPT"));
    }

    @Test
    void onlyServersAreServers() {
        assertTrue(ServerOpening.isServer(request("h2:tcp://host/./mqtt")));
        assertTrue(ServerOpening.isServer(request("h2:ssl://host/./mqtt")));
        for (String file : new String[] {"h2:./tcp", "h2:/tcp://host", "h2:ssl/./mqtt"}) {
            assertFalse(ServerOpening.isServer(request(file)), file);
        }
    }

    private static void assertCure(String cure, SQLException failure) {
        StoreException shown = of("h2:tcp://host/./mqtt").cannotOpen(failure);
        assertTrue(shown.getMessage().contains(cure), shown::getMessage);
        assertTrue(shown.getMessage().contains("h2:tcp://host/./mqtt"), shown::getMessage);
        assertTrue(shown.getMessage().contains("(refused)"), shown::getMessage);
        assertSame(failure, shown.getCause());
    }

    private static SQLException failure(int code) {
        return new SQLException("refused", "state", code);
    }

    @Test
    void eachFailureHasItsCure() {
        assertCure("?user=NAME", failure(ErrorCode.WRONG_USER_OR_PASSWORD));
        assertCure("-ifNotExists", failure(ErrorCode.DATABASE_NOT_FOUND_WITH_IF_EXISTS_1));
        assertCure("-ifNotExists", failure(ErrorCode.REMOTE_DATABASE_NOT_FOUND_1));
        assertCure("administrator", failure(ErrorCode.ADMIN_RIGHTS_REQUIRED));
        assertCure("administrator", failure(ErrorCode.NOT_ENOUGH_RIGHTS_FOR_1));
        assertCure("start the server", failure(ErrorCode.CONNECTION_BROKEN_1));
        assertCure("start the server", new SQLException("refused", new IOException("refused")));
        assertCure("javax.net.ssl.trustStore", new SQLException("refused", new SSLException("not trusted")));
        assertCure(
                "javax.net.ssl.trustStore",
                new SQLException("refused", new IOException(new SSLException("not trusted"))));
    }
}
