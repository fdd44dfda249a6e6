package dev.aldis.mqtt.transport.netty;

import dev.aldis.mqtt.api.SocketOptions;
import io.netty.channel.Channel;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.List;

/** Where a server is. {@code toString} names it as people write it. */
sealed interface ServerAddress permits HostAddress, ProxyAddress, SocketFile {

    /**
     * The addresses to try, in this order; may take long.
     *
     * @throws IOException if there is none
     */
    List<SocketAddress> lookUp(HostLookup lookup) throws IOException;

    /** A channel that can connect to one of them, with its options. */
    Channel newChannel(IoKind io, SocketOptions options);

    /** What to check when nobody answers. */
    String advice();
}
