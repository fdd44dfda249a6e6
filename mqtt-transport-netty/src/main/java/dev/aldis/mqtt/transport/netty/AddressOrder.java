package dev.aldis.mqtt.transport.netty;

import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/** In which order the addresses of a host are tried. */
final class AddressOrder {

    private AddressOrder() {}

    /**
     * The two families of addresses in turns (RFC 8305, section 4), each in the order of the system, beginning with the
     * family that the system prefers.
     */
    static List<InetAddress> interlaced(List<InetAddress> addresses) {
        Queue<InetAddress> preferred = new ArrayDeque<>();
        Queue<InetAddress> others = new ArrayDeque<>();
        for (InetAddress address : addresses) {
            boolean likeTheFirst = address.getClass() == addresses.get(0).getClass();
            (likeTheFirst ? preferred : others).add(address);
        }
        List<InetAddress> ordered = new ArrayList<>();
        while (!preferred.isEmpty() || !others.isEmpty()) {
            addNext(preferred, ordered);
            addNext(others, ordered);
        }
        return ordered;
    }

    private static void addNext(Queue<InetAddress> from, List<InetAddress> to) {
        InetAddress next = from.poll();
        if (next != null) {
            to.add(next);
        }
    }
}
