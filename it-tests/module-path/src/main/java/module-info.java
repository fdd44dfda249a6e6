/** A small application that runs in a JVM of its own, truly on the module path. */
module dev.aldis.mqtt.modulepath {
    requires dev.aldis.mqtt.api;
    requires static org.jspecify;
}
