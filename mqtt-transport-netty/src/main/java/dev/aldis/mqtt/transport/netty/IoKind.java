package dev.aldis.mqtt.transport.netty;

import io.netty.channel.Channel;
import io.netty.channel.IoHandlerFactory;
import java.net.SocketAddress;

/** How loops learn what is ready, and the channels that go with it. */
sealed interface IoKind permits NioKind, EpollKind, IoUringKind, KQueueKind {

    IoHandlerFactory handlers();

    Channel newTcpChannel();

    Channel newFileChannel();

    /** The same address as the channels want it. */
    SocketAddress address(SocketAddress address);
}
