package dev.aldis.mqtt.examples.options;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The options of one program: first declared, then read from its arguments. */
public final class Options {

    private static final int HELP_COLUMN = 28;

    private record Declared(String argument, String help) {}

    private final Map<String, Declared> declared = new LinkedHashMap<>();
    private final Map<String, String> given = new HashMap<>();

    /** Declares an option with a value. */
    public Options value(String name, String argument, String help) {
        declared.put(name, new Declared(argument, help));
        return this;
    }

    /** Declares an option without a value. */
    public Options flag(String name, String help) {
        declared.put(name, new Declared("", help));
        return this;
    }

    /**
     * Reads arguments of the forms {@code --name value}, {@code --name=value} and {@code --flag}.
     *
     * @throws UsageException if one is unknown, has no value, or comes twice
     */
    public Options read(String... arguments) {
        int i = 0;
        while (i < arguments.length) {
            String argument = arguments[i++];
            int equals = argument.indexOf('=');
            String name = equals < 0 ? argument : argument.substring(0, equals);
            Declared option = declared.get(name);
            if (option == null) {
                throw new UsageException("Unknown option '" + argument + "': --help lists those that there are");
            }
            String value;
            if (equals >= 0) {
                value = argument.substring(equals + 1);
            } else if (option.argument().isEmpty()) {
                value = "";
            } else if (i < arguments.length) {
                value = arguments[i++];
            } else {
                throw new UsageException(name + " has no value: write " + name + " " + option.argument());
            }
            if (option.argument().isEmpty() && equals >= 0) {
                throw new UsageException(name + " takes no value, but was given '" + value + "': write " + name);
            }
            if (given.put(name, value) != null) {
                throw new UsageException(name + " is given twice: give it once");
            }
        }
        return this;
    }

    /** Whether an option was given. */
    public boolean has(String name) {
        return given.containsKey(name);
    }

    /** The value of an option, empty if it was not given. */
    public Optional<String> text(String name) {
        return Optional.ofNullable(given.get(name));
    }

    /** The value of an option that has to be given. */
    public String required(String name) {
        String value = given.get(name);
        if (value == null) {
            throw new UsageException(name + " is missing: add " + name + " " + argumentOf(name));
        }
        return value;
    }

    /** The value of an option as a whole number in a range, empty if it was not given. */
    public Optional<Long> number(String name, long minimum, long maximum) {
        return text(name).map(value -> {
            Optional<Long> number = wholeNumber(value);
            if (number.isEmpty() || number.get() < minimum || number.get() > maximum) {
                throw new UsageException(name + " '" + value + "' is out of range: use a whole number from " + minimum
                        + " to " + maximum);
            }
            return number.get();
        });
    }

    private static Optional<Long> wholeNumber(String text) {
        try {
            return Optional.of(Long.parseLong(text));
        } catch (NumberFormatException e) {
            // It is no number, which the caller reports with the range that it should be in.
            return Optional.empty();
        }
    }

    private String argumentOf(String name) {
        Declared option = declared.get(name);
        return option == null ? "" : option.argument();
    }

    /** One line for each option, or several where the help has several. */
    public String help() {
        StringBuilder text = new StringBuilder();
        declared.forEach((name, option) -> {
            String left = "  " + name + (option.argument().isEmpty() ? "" : " " + option.argument());
            text.append(left).append(" ".repeat(Math.max(2, HELP_COLUMN - left.length())));
            text.append(option.help().replace("\n", "\n" + " ".repeat(HELP_COLUMN)))
                    .append('\n');
        });
        return text.toString();
    }
}
