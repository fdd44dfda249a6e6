package dev.aldis.mqtt.examples.cli;

import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.MqttClientBuilder;
import dev.aldis.mqtt.api.MqttException;
import dev.aldis.mqtt.api.ProviderException;
import dev.aldis.mqtt.examples.options.Options;
import dev.aldis.mqtt.examples.options.UsageException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/** What both programs do first and last: read their options, and turn what happened into an exit code. */
final class CommandLine {

    /** The work of a program. */
    interface Job {

        /**
         * Does it.
         *
         * @param options as they were given
         * @param notices for people to read
         */
        void run(Options options, Notices notices) throws IOException, InterruptedException, ExecutionException;
    }

    private final String program;
    private final String needed;
    private final String summary;
    private final Options options;

    CommandLine(String program, String needed, String summary, Options options) {
        this.program = program;
        this.needed = needed;
        this.summary = summary;
        this.options = options;
    }

    /** Runs the job with these arguments. */
    int run(Job job, String... arguments) {
        if (List.of(arguments).contains("--help")) {
            System.out.println("Usage: " + program + " " + needed + " [options]\n\n" + summary + "\n\nOptions:\n"
                    + options.help() + "\n" + ExitCode.HELP);
            return ExitCode.DONE;
        }
        Notices errors = new Notices(program, true, System.err);
        try {
            options.read(arguments);
            job.run(options, new Notices(program, options.has("--quiet"), System.err));
            return ExitCode.DONE;
        } catch (UsageException e) {
            errors.error(Notices.reason(e));
            return ExitCode.USAGE;
        } catch (CompletionException | ExecutionException e) {
            errors.error(Notices.reason(e.getCause() == null ? e : e.getCause()));
            return ExitCode.FAILED;
        } catch (MqttException | IOException e) {
            errors.error(Notices.reason(e));
            return ExitCode.FAILED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            errors.error("interrupted");
            return ExitCode.FAILED;
        }
    }

    /** Makes the client; options that contradict each other are a mistake of usage. */
    static MqttClient build(MqttClientBuilder builder) {
        try {
            return builder.build();
        } catch (IllegalArgumentException | IllegalStateException | ProviderException e) {
            throw new UsageException(Notices.reason(e));
        }
    }

    /** Text that only an option can have got wrong. */
    static <T> T check(String name, Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            throw new UsageException(name + ": " + Notices.reason(e));
        }
    }
}
