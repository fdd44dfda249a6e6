package dev.aldis.mqtt.transport.netty;

import dev.aldis.mqtt.api.SocketOptions;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A host and a port.
 *
 * @param host a name or an address, without the brackets of IPv6
 * @param port 1 to 65,535
 */
record HostAddress(String host, int port) implements ServerAddress {

    /** For names that {@link URI} does not take for a host, such as those with an underscore that containers often have. */
    private static final Pattern AUTHORITY = Pattern.compile("(?:[^@]*@)?([^:@\\[\\]/]+)(?::(\\d{1,5}))?");

    private static final int LAST_PORT = 65_535;

    /**
     * The host and port of a URI.
     *
     * @throws IllegalArgumentException if it names no host, or no port that exists
     */
    static HostAddress of(URI server, int usualPort) {
        String host = server.getHost();
        int port = server.getPort();
        if (host == null) {
            String authority = server.getRawAuthority();
            Matcher parts = AUTHORITY.matcher(authority == null ? "" : authority);
            if (!parts.matches()) {
                throw new IllegalArgumentException(
                        "The server URI names no host: write it as " + server.getScheme() + "://host:port");
            }
            host = parts.group(1);
            port = parts.group(2) == null ? -1 : Integer.parseInt(parts.group(2));
        }
        if (port == -1) {
            port = usualPort;
        }
        if (port < 1 || port > LAST_PORT) {
            throw new IllegalArgumentException("The port " + port + " of the server URI is not between 1 and "
                    + LAST_PORT + " (host " + host + ")");
        }
        return new HostAddress(withoutBrackets(host), port);
    }

    @Override
    public List<SocketAddress> lookUp(HostLookup lookup) throws UnknownHostException {
        return AddressOrder.interlaced(List.of(lookup.addresses(host))).stream()
                .<SocketAddress>map(address -> new InetSocketAddress(address, port))
                .toList();
    }

    @Override
    public Channel newChannel(IoKind io, SocketOptions options) {
        Channel channel = io.newTcpChannel();
        ChannelConfig config = channel.config();
        config.setOption(ChannelOption.TCP_NODELAY, options.tcpNoDelay());
        config.setOption(ChannelOption.SO_KEEPALIVE, options.tcpKeepAlive());
        if (options.sendBufferBytes() > 0) {
            config.setOption(ChannelOption.SO_SNDBUF, options.sendBufferBytes());
        }
        if (options.receiveBufferBytes() > 0) {
            config.setOption(ChannelOption.SO_RCVBUF, options.receiveBufferBytes());
        }
        if (options.localAddress().filter(local -> local.getPort() != 0).isPresent()) {
            // Otherwise the system refuses the port for a minute after each connection from it.
            config.setOption(ChannelOption.SO_REUSEADDR, true);
        }
        return channel;
    }

    /** For a proxy, which looks the name up itself. */
    InetSocketAddress unresolved() {
        byte[] literal = NetUtil.createByteArrayFromIpAddressString(host);
        if (literal == null) {
            return InetSocketAddress.createUnresolved(host, port);
        }
        try {
            return new InetSocketAddress(InetAddress.getByAddress(literal), port);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("An address is 4 or 16 bytes long", impossible);
        }
    }

    @Override
    public String advice() {
        return "check that the server runs, that it listens on port " + port + ", and that no firewall is in between";
    }

    private static String withoutBrackets(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
