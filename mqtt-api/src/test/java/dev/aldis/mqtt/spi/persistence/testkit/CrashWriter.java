package dev.aldis.mqtt.spi.persistence.testkit;

import dev.aldis.mqtt.api.Durability;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.spi.persistence.AppendCompletion;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.SessionStore;
import dev.aldis.mqtt.spi.persistence.StoreRequest;
import java.io.PrintStream;
import java.lang.reflect.Constructor;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;

/** The process that a crash test kills: appends without end, and prints the number of each batch that has completed. */
final class CrashWriter {

    static final String CLIENT_IDENTIFIER = "crash";

    /** How many batches may wait for their completion, so that a store can group them. */
    private static final int WINDOW = 64;

    private CrashWriter() {}

    /**
     * Runs until it is killed.
     *
     * @param arguments the contract test's class, a folder, a durability, a seed
     */
    public static void main(String[] arguments) throws ReflectiveOperationException, InterruptedException {
        Constructor<?> constructor = Class.forName(arguments[0]).getDeclaredConstructor();
        constructor.setAccessible(true);
        SessionStoreContractTest test = (SessionStoreContractTest) constructor.newInstance();
        StoreRequest request = new StoreRequest(
                test.location(Path.of(arguments[1])),
                CLIENT_IDENTIFIER,
                Durability.valueOf(arguments[2]),
                damage -> print("damaged " + damage));
        CrashScript script = new CrashScript(Long.parseLong(arguments[3]));
        SessionStore store = test.provider().open(request);
        int number = CrashScript.lastBatchIn(store.scan(0, Integer.MAX_VALUE));
        print("open " + number);
        Semaphore window = new Semaphore(WINDOW);
        while (true) {
            window.acquire();
            ChangeBatch batch = new ChangeBatch();
            script.fill(batch, ++number);
            store.append(batch, printing(number, window));
        }
    }

    private static AppendCompletion printing(int number, Semaphore window) {
        return new AppendCompletion() {
            @Override
            public void appended() {
                print("stored " + number);
                window.release();
            }

            @Override
            public void failed(StoreException cause) {
                print("failed " + number + " " + cause);
                window.release();
            }
        };
    }

    /** One write for one line, so that a kill never cuts a line that is not the last. */
    private static void print(String line) {
        PrintStream out = System.out;
        synchronized (out) {
            out.print(line + "\n");
            out.flush();
        }
    }
}
