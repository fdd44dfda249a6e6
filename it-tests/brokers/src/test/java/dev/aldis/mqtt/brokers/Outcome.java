package dev.aldis.mqtt.brokers;

/** What a scenario has shown of a broker: a cell of {@code docs/brokers.md}. */
sealed interface Outcome permits Outcome.Verdict, Deviation {

    /** As it stands in the table. */
    String cell();

    /** The broker does what the standard says. */
    enum Verdict implements Outcome {
        HOLDS("yes"),
        NOT_OFFERED("not offered");

        private final String cell;

        Verdict(String cell) {
            this.cell = cell;
        }

        @Override
        public String cell() {
            return cell;
        }
    }
}
