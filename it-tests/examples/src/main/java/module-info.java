/** Programs that show the library at work; they compile against the API alone. */
module dev.aldis.mqtt.examples {
    requires dev.aldis.mqtt.api;
    requires static org.jspecify;
}
