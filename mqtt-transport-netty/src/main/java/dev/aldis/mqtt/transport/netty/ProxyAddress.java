package dev.aldis.mqtt.transport.netty;

import dev.aldis.mqtt.api.SocketOptions;
import io.netty.channel.Channel;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.List;

/**
 * A proxy on the way to a server.
 *
 * @param host where it is
 */
record ProxyAddress(HostAddress host) implements ServerAddress {

    @Override
    public List<SocketAddress> lookUp(HostLookup lookup) throws IOException {
        return host.lookUp(lookup);
    }

    @Override
    public Channel newChannel(IoKind io, SocketOptions options) {
        return host.newChannel(io, options);
    }

    @Override
    public String advice() {
        return "check that the proxy runs, that it listens on port " + host.port()
                + ", and that no firewall is in between";
    }

    @Override
    public String toString() {
        return "the proxy " + host;
    }
}
