package dev.aldis.mqtt.examples.mainjob;

import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;

/**
 * Apache ActiveMQ Artemis in this process. Its JAR files are no modules and bring a Netty of their own, so it lives in a
 * class loader of its own that sees the JDK and nothing of ours; the two meet on the loopback address only.
 */
final class InProcessBroker implements Closeable {

    /** The system property that names the file with the broker's class path. */
    static final String CLASS_PATH_FILE = "dev.aldis.mqtt.examples.broker";

    private static final String LAUNCHER = "dev.aldis.mqtt.support.ArtemisBroker";

    private final URLClassLoader loader;
    private final Closeable broker;
    private final String uri;

    private InProcessBroker(URLClassLoader loader, Closeable broker, String uri) {
        this.loader = loader;
        this.broker = broker;
        this.uri = uri;
    }

    static InProcessBroker start() throws IOException {
        URLClassLoader loader = new URLClassLoader("broker", classPath(), ClassLoader.getPlatformClassLoader());
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        // Artemis finds its parts, and its threads inherit it.
        thread.setContextClassLoader(loader);
        try {
            Class<?> launcher = loader.loadClass(LAUNCHER);
            Closeable broker = (Closeable) launcher.getMethod("startInMemory").invoke(null);
            return new InProcessBroker(
                    loader, broker, (String) launcher.getMethod("uri").invoke(broker));
        } catch (ReflectiveOperationException e) {
            loader.close();
            throw new IllegalStateException("The broker did not start", e);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static URL[] classPath() throws IOException {
        String file = System.getProperty(CLASS_PATH_FILE);
        if (file == null) {
            throw new IllegalStateException(
                    "-D" + CLASS_PATH_FILE + "=FILE has to name the class path of the broker: start with bin/main-job");
        }
        StringTokenizer entries =
                new StringTokenizer(Files.readString(Path.of(file)).strip(), File.pathSeparator);
        List<URL> urls = new ArrayList<>();
        while (entries.hasMoreTokens()) {
            urls.add(Path.of(entries.nextToken()).toUri().toURL());
        }
        return urls.toArray(URL[]::new);
    }

    String uri() {
        return uri;
    }

    @Override
    public void close() throws IOException {
        broker.close();
        loader.close();
    }
}
