package dev.aldis.mqtt.benchmarks;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The program of one contender: carries out the tasks that its standard input names, one a line, until that ends. */
public final class Worker {

    private Worker() {}

    /**
     * Connects, prints {@code ready}, and answers each line of task and milliseconds with a line of results.
     *
     * @param arguments the kind of contender, the port of the stub server, a directory of its own
     * @throws Exception if anything fails; then there is no result
     */
    public static void main(String[] arguments) throws Exception {
        ContenderKind kind = ContenderKind.valueOf(arguments[0]);
        int port = Integer.parseInt(arguments[1]);
        try {
            Contender contender = kind.open(port, Path.of(arguments[2]));
            System.out.println("ready");
            Round round = new Round(contender);
            BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                String[] words = line.split(" ", -1);
                System.out.println(round.run(Task.parse(words[0]), Long.parseLong(words[1]))
                        .toLine());
            }
            contender.close();
        } catch (Exception failure) {
            failure.printStackTrace();
            // Threads of a library under test may be no daemons, and would keep the process alive.
            System.exit(1);
        }
        System.exit(0);
    }
}
