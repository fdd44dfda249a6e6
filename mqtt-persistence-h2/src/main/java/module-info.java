/**
 * The store on H2's MVStore.
 *
 * @provides dev.aldis.mqtt.spi.persistence.StoreProvider for the scheme {@code h2}
 */
@SuppressWarnings("module") // The name ends in a digit because the library's name does.
module dev.aldis.mqtt.persistence.h2 {
    requires com.h2database;
    requires dev.aldis.mqtt.api;
    // H2 is an automatic module; its file layer throws exceptions of java.sql.
    requires java.sql;
    requires static org.jspecify;

    provides dev.aldis.mqtt.spi.persistence.StoreProvider with
            dev.aldis.mqtt.persistence.h2.H2StoreProvider;
}
