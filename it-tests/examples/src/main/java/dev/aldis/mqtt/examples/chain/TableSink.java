package dev.aldis.mqtt.examples.chain;

import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReceivedMessage;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.Statement;

/**
 * Writes what it receives into a table of its own database, with the delivery identifier as the key, in one transaction. When
 * it is killed between that and the acknowledgement, the message comes again with the same identifier, and is known.
 */
public final class TableSink {

    private final Connection database;
    private final PreparedStatement insert;
    private int rows;

    private TableSink(Connection database) throws SQLException {
        this.database = database;
        database.setAutoCommit(true);
        try (Statement statement = database.createStatement()) {
            // What is committed is to survive the end of the process; H2 writes half a second later unless told.
            statement.execute("SET WRITE_DELAY 0");
            statement.execute("CREATE TABLE IF NOT EXISTS subscription (made BOOLEAN PRIMARY KEY)");
            statement.execute(
                    "CREATE TABLE IF NOT EXISTS arrived (delivery BIGINT PRIMARY KEY, line VARCHAR NOT NULL)");
        }
        this.insert = database.prepareStatement("INSERT INTO arrived VALUES (?, ?)");
    }

    /**
     * Runs until its standard input ends.
     *
     * @param arguments the server's URI, the store's URI, the topic, the database's JDBC URL
     * @throws SQLException if the database cannot be used
     * @throws IOException if its standard input is broken
     */
    public static void main(String[] arguments) throws SQLException, IOException {
        try (Connection database = DriverManager.getConnection(arguments[3])) {
            TableSink sink = new TableSink(database);
            try (MqttClient client = MqttClient.builder()
                    .server(arguments[0])
                    .clientIdentifier("table-sink")
                    .persistence(arguments[1])
                    // Before the first connection, so that the messages of an earlier run find it.
                    .onMessage(arguments[2], sink::receive)
                    .build()) {
                boolean sessionPresent = client.connect().join().sessionPresent();
                // Not again without need: some servers then send what is under way a second time, as new messages.
                if (!sessionPresent || !sink.isSubscribed()) {
                    client.subscribe(arguments[2], QoS.EXACTLY_ONCE, sink::receive)
                            .join();
                    sink.subscribed();
                }
                System.out.println("ready");
                System.in.read();
            }
        }
    }

    private boolean isSubscribed() throws SQLException {
        try (Statement statement = database.createStatement();
                ResultSet made = statement.executeQuery("SELECT made FROM subscription")) {
            return made.next();
        }
    }

    private void subscribed() throws SQLException {
        try (Statement statement = database.createStatement()) {
            statement.execute("MERGE INTO subscription VALUES (TRUE)");
        }
    }

    private void receive(ReceivedMessage message) throws SQLException {
        String line = message.message().payload().text();
        insert.setLong(1, message.deliveryIdentifier());
        insert.setString(2, line);
        try {
            insert.executeUpdate();
        } catch (SQLIntegrityConstraintViolationException known) {
            System.out.println("known " + message.deliveryIdentifier());
            return;
        }
        rows++;
        if (rows % 20 == 0 || line.equals("end")) {
            System.out.println("rows " + rows + ", the last is " + line);
        }
    }
}
