/** The store on H2's MVStore. */
@SuppressWarnings("module") // The name ends in a digit because the library's name does.
module dev.aldis.mqtt.persistence.h2 {
    requires com.h2database;
    requires dev.aldis.mqtt.api;
    requires static org.jspecify;
}
