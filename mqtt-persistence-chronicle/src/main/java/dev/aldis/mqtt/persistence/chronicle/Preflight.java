package dev.aldis.mqtt.persistence.chronicle;

import dev.aldis.mqtt.api.StoreException;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks that Chronicle Queue can run, before it fails in a way that nobody understands, and switches off what it would do
 * unasked.
 */
final class Preflight {

    /** Chronicle reaches into these packages of java.base. */
    private static final List<String> OPENED = List.of("sun.nio.ch", "java.lang.reflect");

    /** Not {@code true} would start a thread that watches how full the disk is, and logs it. */
    private static final String NO_DISK_MONITOR = "chronicle.disk.monitor.disable";

    /** Without it Chronicle would, were the JAR file for it there, report to a server outside that it is used. */
    private static final String NO_ANALYTICS = "chronicle.analytics.disable";

    private Preflight() {}

    /**
     * Gets Chronicle ready.
     *
     * @throws StoreException naming the JVM options that are missing
     */
    static void check() {
        check(Object.class.getModule(), chronicleCore());
        switchOff(NO_DISK_MONITOR);
        switchOff(NO_ANALYTICS);
    }

    static void check(Module javaBase, Module core) {
        String target = core.isNamed() ? core.getName() : "ALL-UNNAMED";
        List<String> missing = new ArrayList<>();
        for (String opened : OPENED) {
            if (!javaBase.isOpen(opened, core)) {
                missing.add("--add-opens=java.base/" + opened + "=" + target);
            }
        }
        if (!missing.isEmpty()) {
            throw new StoreException(
                    "The store chronicle: needs these options of the JVM: " + String.join(" ", missing)
                            + ". Start Java with them, or choose another store, for example h2:",
                    (Throwable) null);
        }
    }

    private static Module chronicleCore() {
        try {
            return Class.forName("net.openhft.chronicle.core.Jvm", false, Preflight.class.getClassLoader())
                    .getModule();
        } catch (ClassNotFoundException e) {
            throw new StoreException(
                    "The store chronicle: needs Chronicle Queue: add the artifact net.openhft:chronicle-queue and what it"
                            + " depends on",
                    e);
        }
    }

    private static void switchOff(String property) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, "true");
        }
    }
}
