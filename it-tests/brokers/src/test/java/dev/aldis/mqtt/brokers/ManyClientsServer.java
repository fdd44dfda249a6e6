package dev.aldis.mqtt.brokers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Iterator;

/** An MQTT 5 server on one thread for thousands of clients that send a little: it answers, counts and keeps nothing. */
final class ManyClientsServer implements AutoCloseable {

    private static final int CONNECT = 1;
    private static final int PUBLISH = 3;
    private static final int SUBSCRIBE = 8;
    private static final int PINGREQ = 12;
    private static final int BACKLOG = 10_000;
    private static final int LARGEST_PACKET = 512;

    private final Selector selector = Selector.open();
    private final ServerSocketChannel listener = ServerSocketChannel.open();
    private int open;
    private int pinged;

    /** What has been read of a packet, and whether there was a PINGREQ. */
    private static final class Client {
        final ByteBuffer in = ByteBuffer.allocate(LARGEST_PACKET);
        boolean pinged;
    }

    ManyClientsServer() throws IOException {
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        listener.configureBlocking(false);
        listener.register(selector, SelectionKey.OP_ACCEPT);
        Thread thread = new Thread(this::serve, "many-clients-server");
        thread.setDaemon(true);
        thread.start();
    }

    String uri() throws IOException {
        return "mqtt://127.0.0.1:" + ((InetSocketAddress) listener.getLocalAddress()).getPort();
    }

    /** Waits until so many connections have sent a PINGREQ each. */
    synchronized void awaitPinged(int wanted, long deadlineNanos) throws InterruptedException {
        while (pinged < wanted) {
            wait(millisUntil(deadlineNanos, "only " + pinged + " of " + wanted + " connections have sent PINGREQ"));
        }
    }

    /** Waits until so many connections are open. */
    synchronized void awaitOpen(int wanted, long deadlineNanos) throws InterruptedException {
        while (open != wanted) {
            wait(millisUntil(deadlineNanos, open + " connections are open, not " + wanted));
        }
    }

    /** How long to wait at most, more than zero. */
    private static long millisUntil(long deadlineNanos, String otherwise) {
        long millis = (deadlineNanos - System.nanoTime()) / 1_000_000;
        if (millis <= 0) {
            throw new AssertionError(otherwise);
        }
        return millis;
    }

    private void serve() {
        try {
            while (selector.isOpen()) {
                selector.select();
                for (Iterator<SelectionKey> keys = selector.selectedKeys().iterator(); keys.hasNext(); ) {
                    SelectionKey key = keys.next();
                    keys.remove();
                    if (key.attachment() instanceof Client client) {
                        serve(key, client);
                    } else {
                        accept();
                    }
                }
            }
        } catch (ClosedSelectorException closed) {
            return;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() throws IOException {
        for (SocketChannel channel = listener.accept(); channel != null; channel = listener.accept()) {
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, new Client());
            count(1, 0);
        }
    }

    private void serve(SelectionKey key, Client client) throws IOException {
        SocketChannel channel = (SocketChannel) key.channel();
        try {
            if (channel.read(client.in) < 0) {
                channel.close();
                count(-1, 0);
                return;
            }
        } catch (IOException reset) {
            channel.close();
            count(-1, 0);
            return;
        }
        client.in.flip();
        while (client.in.remaining() >= 2 && client.in.remaining() >= 2 + length(client.in)) {
            ByteBuffer packet = client.in.slice(client.in.position(), 2 + length(client.in));
            client.in.position(client.in.position() + packet.remaining());
            answer(channel, client, packet);
        }
        client.in.compact();
    }

    /** The packets of this test are shorter than 128 bytes, so their length takes one byte. */
    private static int length(ByteBuffer in) {
        return in.get(in.position() + 1);
    }

    private void answer(SocketChannel channel, Client client, ByteBuffer packet) throws IOException {
        switch ((packet.get(0) & 0xff) >> 4) {
            case CONNECT -> write(channel, 0x20, 3, 0, 0, 0);
            case SUBSCRIBE -> write(channel, 0x90, 4, packet.get(2), packet.get(3), 0, 1);
            case PUBLISH -> {
                int identifier = 4 + packet.getShort(2);
                write(channel, 0x40, 2, packet.get(identifier), packet.get(identifier + 1));
            }
            case PINGREQ -> {
                write(channel, 0xD0, 0);
                if (!client.pinged) {
                    client.pinged = true;
                    count(0, 1);
                }
            }
            default -> {
                // DISCONNECT: the end of the connection follows.
            }
        }
    }

    /** So few bytes always fit into the buffer of a socket. */
    private static void write(SocketChannel channel, int... bytes) throws IOException {
        ByteBuffer out = ByteBuffer.allocate(bytes.length);
        for (int each : bytes) {
            out.put((byte) each);
        }
        channel.write(out.flip());
    }

    private synchronized void count(int opened, int pings) {
        open += opened;
        pinged += pings;
        notifyAll();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }
}
