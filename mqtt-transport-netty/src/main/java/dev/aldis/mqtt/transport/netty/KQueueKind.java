package dev.aldis.mqtt.transport.netty;

import io.netty.channel.Channel;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.kqueue.KQueueDomainSocketChannel;
import io.netty.channel.kqueue.KQueueIoHandler;
import io.netty.channel.kqueue.KQueueSocketChannel;
import java.net.SocketAddress;

/** The kqueue of macOS and the BSDs through Netty's native part. */
record KQueueKind() implements IoKind {

    @Override
    public IoHandlerFactory handlers() {
        return KQueueIoHandler.newFactory();
    }

    @Override
    public Channel newTcpChannel() {
        return new KQueueSocketChannel();
    }

    @Override
    public Channel newFileChannel() {
        return new KQueueDomainSocketChannel();
    }

    @Override
    public SocketAddress address(SocketAddress address) {
        return NativePart.address(address);
    }
}
