package dev.aldis.mqtt.transport.netty;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Finds the addresses of a host. */
@FunctionalInterface
interface HostLookup {

    /** Asks the system each time; the Java run-time remembers answers for as long as its security property says. */
    HostLookup SYSTEM = InetAddress::getAllByName;

    /**
     * All addresses of a host, the preferred one first. Blocks.
     *
     * @throws UnknownHostException if the host is not known
     */
    InetAddress[] addresses(String host) throws UnknownHostException;
}
