package dev.aldis.mqtt.examples.scram;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * As much of a server as it takes to authenticate with SCRAM-SHA-256: it keeps the stored key and the server key of one
 * user and speaks MQTT 5.0 by the byte.
 */
final class ScramServer implements AutoCloseable {

    private static final byte[] SALT = Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ==");
    private static final int ITERATIONS = 4096;
    private static final String NONCE = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";

    /** What became of each exchange. */
    final BlockingQueue<String> outcomes = new LinkedBlockingQueue<>();

    private final ServerSocket listener;
    private final byte[] storedKey;
    private final byte[] serverKey;
    private final boolean honest;

    private String firstBare = "";
    private String challenge = "";

    ScramServer(String password, boolean honest) throws IOException, GeneralSecurityException {
        byte[] salted = ScramSha256.saltedPassword(password, SALT, ITERATIONS);
        storedKey = MessageDigest.getInstance("SHA-256").digest(ScramSha256.hmac(salted, "Client Key"));
        serverKey = ScramSha256.hmac(salted, "Server Key");
        this.honest = honest;
        listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::serve, "scram-server");
        thread.setDaemon(true);
        thread.start();
    }

    String uri() {
        return "mqtt://127.0.0.1:" + listener.getLocalPort();
    }

    private void serve() {
        while (!listener.isClosed()) {
            try (Socket socket = listener.accept()) {
                talk(socket);
            } catch (IOException e) {
                outcomes.add("ended: " + e.getMessage());
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private void talk(Socket socket) throws IOException, GeneralSecurityException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        while (true) {
            int type = in.readUnsignedByte() >> 4;
            byte[] body = new byte[length(in)];
            in.readFully(body);
            ByteBuffer packet = ByteBuffer.wrap(body);
            switch (type) {
                case 1 -> {
                    packet.position(10); // Protocol name and level, flags, Keep Alive.
                    begin(socket, authenticationData(packet));
                }
                case 15 -> {
                    int code = packet.get();
                    String data = authenticationData(packet);
                    if (code == 0x19) {
                        begin(socket, data);
                    } else {
                        finish(socket, data);
                    }
                }
                case 14 -> {
                    return;
                }
                default -> throw new IOException("Packet type " + type + " is not expected");
            }
        }
    }

    private boolean connected;

    private void begin(Socket socket, String first) throws IOException {
        firstBare = first.substring(3);
        String nonce = firstBare.substring(firstBare.indexOf("r=") + 2) + NONCE;
        challenge = "r=" + nonce + ",s=" + Base64.getEncoder().encodeToString(SALT) + ",i=" + ITERATIONS;
        send(socket, 0xF0, new byte[] {0x18}, challenge);
    }

    private void finish(Socket socket, String last) throws IOException, GeneralSecurityException {
        int at = last.lastIndexOf(",p=");
        String message = firstBare + "," + challenge + "," + last.substring(0, at);
        byte[] proof = Base64.getDecoder().decode(last.substring(at + 3));
        byte[] clientKey = ScramSha256.xor(proof, ScramSha256.hmac(storedKey, message));
        if (!Arrays.equals(MessageDigest.getInstance("SHA-256").digest(clientKey), storedKey)) {
            outcomes.add("refused");
            socket.getOutputStream().write(new byte[] {0x20, 3, 0, (byte) 0x87, 0});
            socket.close();
            throw new IOException("wrong password");
        }
        byte[] signature = ScramSha256.hmac(serverKey, honest ? message : "a lie");
        String verifier = "v=" + Base64.getEncoder().encodeToString(signature);
        if (connected) {
            send(socket, 0xF0, new byte[] {0}, verifier);
        } else {
            send(socket, 0x20, new byte[] {0, 0}, verifier);
        }
        outcomes.add(connected ? "again" : "accepted");
        connected = true;
    }

    /** A packet with these bytes before its properties, which are method and data. */
    private static void send(Socket socket, int firstByte, byte[] head, String data) throws IOException {
        byte[] method = "SCRAM-SHA-256".getBytes(StandardCharsets.US_ASCII);
        byte[] content = data.getBytes(StandardCharsets.US_ASCII);
        ByteArrayOutputStream properties = new ByteArrayOutputStream();
        properties.write(0x15);
        properties.write(new byte[] {0, (byte) method.length});
        properties.write(method);
        properties.write(0x16);
        properties.write(new byte[] {(byte) (content.length >> 8), (byte) content.length});
        properties.write(content);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.write(head);
        writeLength(properties.size(), body);
        properties.writeTo(body);
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        packet.write(firstByte);
        writeLength(body.size(), packet);
        body.writeTo(packet);
        socket.getOutputStream().write(packet.toByteArray());
    }

    private static void writeLength(int length, ByteArrayOutputStream out) {
        int rest = length;
        while (rest > 127) {
            out.write((rest & 0x7F) | 0x80);
            rest >>= 7;
        }
        out.write(rest);
    }

    private static int length(DataInputStream in) throws IOException {
        int value = 0;
        for (int shift = 0; ; shift += 7) {
            int next = in.readUnsignedByte();
            value |= (next & 0x7F) << shift;
            if (next < 128) {
                return value;
            }
        }
    }

    private static String authenticationData(ByteBuffer packet) {
        int length = 0;
        for (int shift = 0, next = 128; next >= 128; shift += 7) {
            next = packet.get() & 0xFF;
            length |= (next & 0x7F) << shift;
        }
        int end = packet.position() + length;
        while (packet.position() < end) {
            int property = packet.get();
            switch (property) {
                case 0x11, 0x27 -> packet.getInt();
                case 0x21, 0x22 -> packet.getShort();
                case 0x17, 0x19 -> packet.get();
                case 0x15 -> packet.position(packet.getShort() + packet.position());
                case 0x16 -> {
                    byte[] data = new byte[packet.getShort()];
                    packet.get(data);
                    return new String(data, StandardCharsets.US_ASCII);
                }
                default -> throw new UncheckedIOException(new IOException("Property " + property));
            }
        }
        throw new UncheckedIOException(new IOException("No Authentication Data"));
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
