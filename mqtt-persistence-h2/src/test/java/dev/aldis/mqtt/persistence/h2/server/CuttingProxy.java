package dev.aldis.mqtt.persistence.h2.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands between a client and a server, and cuts all connections after some answers, before the next one is passed on. */
final class CuttingProxy implements AutoCloseable {

    private static final int MOST_ANSWERS = 30;

    private final ServerSocket listener;
    private final int target;
    private final Random random;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicInteger cuts = new AtomicInteger();
    private volatile boolean cutting;
    private int answersLeft = MOST_ANSWERS;

    private CuttingProxy(ServerSocket listener, int target, Random random) {
        this.listener = listener;
        this.target = target;
        this.random = random;
    }

    static CuttingProxy to(int target, Random random) throws IOException {
        CuttingProxy proxy =
                new CuttingProxy(new ServerSocket(0, 50, InetAddress.getByName("localhost")), target, random);
        start(proxy::accept);
        return proxy;
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "cutting-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return listener.getLocalPort();
    }

    int cuts() {
        return cuts.get();
    }

    void cutNowAndThen(boolean flag) {
        cutting = flag;
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                Socket server = new Socket("localhost", target);
                sockets.add(client);
                sockets.add(server);
                start(() -> pass(client, server, false));
                start(() -> pass(server, client, true));
            }
        } catch (IOException e) {
            cut();
        }
    }

    private void pass(Socket from, Socket to, boolean answers) {
        byte[] buffer = new byte[65_536];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (answers && cutting && isTimeToCut()) {
                    cuts.incrementAndGet();
                    cut();
                    return;
                }
                out.write(buffer, 0, read);
            }
        } catch (IOException e) {
            // Cut or closed at one end: the other end follows.
            sockets.remove(from);
        }
    }

    private synchronized boolean isTimeToCut() {
        if (--answersLeft > 0) {
            return false;
        }
        answersLeft = 1 + random.nextInt(MOST_ANSWERS);
        return true;
    }

    private void cut() {
        List<Socket> open = List.copyOf(sockets);
        sockets.removeAll(open);
        for (Socket socket : open) {
            try {
                socket.close();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        cut();
    }
}
