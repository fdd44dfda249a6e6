package dev.aldis.mqtt.transport.netty;

import io.netty.channel.Channel;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import java.net.SocketAddress;

/** Linux's epoll through Netty's native part. */
record EpollKind() implements IoKind {

    @Override
    public IoHandlerFactory handlers() {
        return EpollIoHandler.newFactory();
    }

    @Override
    public Channel newTcpChannel() {
        return new EpollSocketChannel();
    }

    @Override
    public Channel newFileChannel() {
        return new EpollDomainSocketChannel();
    }

    @Override
    public SocketAddress address(SocketAddress address) {
        return NativePart.address(address);
    }
}
