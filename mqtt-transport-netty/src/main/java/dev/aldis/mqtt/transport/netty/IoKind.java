package dev.aldis.mqtt.transport.netty;

import io.netty.channel.Channel;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.List;

/** How loops learn what is ready, and the channels that go with it. */
enum IoKind {
    /** The Java run-time's selectors, everywhere. */
    NIO {
        @Override
        IoHandlerFactory handlers() {
            return NioIoHandler.newFactory();
        }

        @Override
        Channel newTcpChannel() {
            return new NioSocketChannel();
        }

        @Override
        Channel newFileChannel() {
            return new NioDomainSocketChannel();
        }

        @Override
        SocketAddress address(SocketAddress address) {
            return address;
        }
    },

    /** Linux's epoll through Netty's native part, where the application has added that to its path. */
    EPOLL {
        @Override
        IoHandlerFactory handlers() {
            return EpollIoHandler.newFactory();
        }

        @Override
        Channel newTcpChannel() {
            return new EpollSocketChannel();
        }

        @Override
        Channel newFileChannel() {
            return new EpollDomainSocketChannel();
        }

        @Override
        SocketAddress address(SocketAddress address) {
            return address instanceof UnixDomainSocketAddress file
                    ? new DomainSocketAddress(file.getPath().toString())
                    : address;
        }
    };

    /** Set to {@code false} to do without a native part that is on the path. */
    static final String PROPERTY = "dev.aldis.mqtt.native";

    private static final List<String> EPOLL_LIBRARIES = List.of(
            "META-INF/native/libnetty_transport_native_epoll_x86_64.so",
            "META-INF/native/libnetty_transport_native_epoll_aarch_64.so");

    /** Netty's native part if it is there and can be used, or else the Java run-time's selectors. */
    static IoKind chosen() {
        // Netty would try to load a library that is not there too, and Java 25 warns of the attempt.
        boolean wanted = !"false".equals(System.getProperty(PROPERTY));
        if (!wanted || EPOLL_LIBRARIES.stream().allMatch(name -> ClassLoader.getSystemResource(name) == null)) {
            return NIO;
        }
        if (Epoll.isAvailable()) {
            return EPOLL;
        }
        Logger logger = System.getLogger(IoKind.class.getPackageName());
        logger.log(
                Level.INFO,
                "Netty's native epoll is on the path but cannot be used, so the Java run-time's selectors are",
                Epoll.unavailabilityCause());
        return NIO;
    }

    abstract IoHandlerFactory handlers();

    abstract Channel newTcpChannel();

    abstract Channel newFileChannel();

    /** The same address as the channels want it. */
    abstract SocketAddress address(SocketAddress address);
}
