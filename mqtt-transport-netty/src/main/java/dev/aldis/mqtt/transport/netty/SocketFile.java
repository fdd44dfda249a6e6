package dev.aldis.mqtt.transport.netty;

import dev.aldis.mqtt.api.SocketOptions;
import io.netty.channel.Channel;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.List;

/**
 * A Unix domain socket.
 *
 * @param path the file by which it is found
 */
record SocketFile(Path path) implements ServerAddress {

    /**
     * The file of a URI such as {@code mqtt+unix:///run/broker.sock}.
     *
     * @throws IllegalArgumentException if the URI names a host, or no absolute path
     */
    static SocketFile of(URI server) {
        String path = server.getPath();
        if (server.getRawAuthority() != null || path == null || !path.startsWith("/")) {
            throw new IllegalArgumentException("The server URI '" + server + "' names no socket file: write it as "
                    + server.getScheme() + ":///path/of/the/socket");
        }
        return new SocketFile(Path.of(path));
    }

    @Override
    public List<SocketAddress> lookUp(HostLookup lookup) {
        return List.of(UnixDomainSocketAddress.of(path));
    }

    @Override
    public Channel newChannel(IoKind io, SocketOptions options) {
        return io.newFileChannel();
    }

    @Override
    public String advice() {
        return "check that the server runs, that it listens on this socket file, and that this process may use it";
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
