package dev.aldis.mqtt.persistence.h2.server;

import dev.aldis.mqtt.api.Durability;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.persistence.h2.H2StoreProvider;
import dev.aldis.mqtt.spi.persistence.SessionStore;
import dev.aldis.mqtt.spi.persistence.StoreRequest;
import java.io.IOException;
import java.net.URI;
import java.sql.SQLException;
import java.util.concurrent.CompletionException;
import org.h2.tools.Server;

/**
 * A process of its own, since Java reads key stores and trust stores once: an H2 server with TLS, or a store at one. Prints one
 * line.
 */
final class TlsProgram {

    private TlsProgram() {}

    /** Runs {@code server FOLDER} until its input ends, or {@code store URI}. */
    public static void main(String[] arguments) throws IOException, SQLException {
        if (arguments[0].equals("server")) {
            Server server = Server.createTcpServer("-tcpSSL", "-tcpPort", "0", "-ifNotExists", "-baseDir", arguments[1])
                    .start();
            System.out.println(server.getPort());
            System.in.read();
            server.stop();
        } else {
            System.out.println(stored(URI.create(arguments[1])));
        }
    }

    private static String stored(URI location) {
        StoreRequest request = new StoreRequest(location, "client", Durability.POWER, damage -> {});
        try (SessionStore store = new H2StoreProvider().open(request)) {
            ServerStoreTest.append(store, 1, "over TLS").join();
            return store.scan(0, 10).get(0).content().text();
        } catch (StoreException | CompletionException e) {
            return e.getMessage();
        }
    }
}
