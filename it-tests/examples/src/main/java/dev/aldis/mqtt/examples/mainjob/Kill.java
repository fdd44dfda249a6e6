package dev.aldis.mqtt.examples.mainjob;

/**
 * When the publisher is killed.
 *
 * @param row at which row, from 1 on
 * @param moment at what happens to the row
 * @param lastRow the last row that is published before the kill
 */
record Kill(int row, Moment moment, int lastRow) {

    @Override
    public String toString() {
        return "when row " + row + " is " + moment;
    }
}
