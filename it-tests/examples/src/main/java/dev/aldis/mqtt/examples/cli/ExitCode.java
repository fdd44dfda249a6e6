package dev.aldis.mqtt.examples.cli;

/** How the programs end. The scripts that start them end with 3 where there is no build. */
final class ExitCode {

    /** Everything was done. */
    static final int DONE = 0;

    /** Something could not be done; standard error says what. */
    static final int FAILED = 1;

    /** An option was wrong; nothing was done. */
    static final int USAGE = 2;

    /** For {@code --help}. */
    static final String HELP = """
            Exit status:
              0  everything was done
              1  something could not be done; standard error says what
              2  an option is wrong; nothing was done
              3  there is no build to run""";

    private ExitCode() {}
}
