package dev.aldis.mqtt.support;

import java.nio.file.Path;
import java.util.Optional;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyAcceptor;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.jspecify.annotations.Nullable;

/** Apache ActiveMQ Artemis inside this process, with one MQTT acceptor on the loopback address. */
public final class ArtemisBroker implements Broker {

    private final Optional<Path> folder;
    private final String acceptorOptions;
    private final int port = FreePort.find();
    private @Nullable EmbeddedActiveMQ server;

    private ArtemisBroker(Optional<Path> folder, String acceptorOptions) {
        this.folder = folder;
        this.acceptorOptions = acceptorOptions;
    }

    /**
     * Starts a broker that keeps nothing beyond its life.
     *
     * @return the running broker
     */
    public static ArtemisBroker startInMemory() {
        return started(new ArtemisBroker(Optional.empty(), ""));
    }

    /**
     * Starts a broker that stores messages and sessions.
     *
     * @param folder takes its files
     * @return the running broker
     */
    public static ArtemisBroker startIn(Path folder) {
        return started(new ArtemisBroker(Optional.of(folder), ""));
    }

    /**
     * Starts a broker that keeps nothing beyond its life and has options of its own.
     *
     * @param acceptorOptions in the form {@code ;name=value;name=value}
     * @return the running broker
     */
    public static ArtemisBroker startWith(String acceptorOptions) {
        return started(new ArtemisBroker(Optional.empty(), acceptorOptions));
    }

    private static ArtemisBroker started(ArtemisBroker broker) {
        broker.start();
        return broker;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public void start() {
        // Artemis logs through SLF4J, and no provider of it is wanted here; else SLF4J would complain.
        System.setProperty("slf4j.internal.verbosity", "ERROR");
        NettyAcceptor acceptor = startOnce();
        if (acceptor == null || acceptor.getActualPort() != port) {
            throw new IllegalStateException("Artemis does not listen on port " + port + "; it has logged why");
        }
    }

    /** Starts it; null if that failed, which it logs and does not throw. */
    private @Nullable NettyAcceptor startOnce() {
        EmbeddedActiveMQ starting = new EmbeddedActiveMQ();
        try {
            starting.setConfiguration(configuration());
            starting.start();
        } catch (Exception e) {
            throw new IllegalStateException("Artemis did not start on port " + port, e);
        }
        server = starting;
        return (NettyAcceptor) starting.getActiveMQServer().getRemotingService().getAcceptor("mqtt");
    }

    private ConfigurationImpl configuration() throws Exception {
        ConfigurationImpl configuration = new ConfigurationImpl();
        configuration
                .setPersistenceEnabled(folder.isPresent())
                .setSecurityEnabled(false)
                .setJMXManagementEnabled(false);
        folder.ifPresent(path -> configuration
                .setJournalDirectory(path.resolve("journal").toString())
                .setBindingsDirectory(path.resolve("bindings").toString())
                .setPagingDirectory(path.resolve("paging").toString())
                .setLargeMessagesDirectory(path.resolve("large").toString())
                .setJournalType(JournalType.NIO)
                .setJournalFileSize(1 << 20));
        configuration.addAcceptorConfiguration("mqtt", "tcp://127.0.0.1:" + port + "?protocols=MQTT" + acceptorOptions);
        return configuration;
    }

    @Override
    public void stop() {
        EmbeddedActiveMQ stopping = server;
        server = null;
        if (stopping == null) {
            return;
        }
        try {
            stopping.stop();
        } catch (Exception e) {
            throw new IllegalStateException("Artemis did not stop", e);
        }
    }

    @Override
    public void close() {
        stop();
    }
}
