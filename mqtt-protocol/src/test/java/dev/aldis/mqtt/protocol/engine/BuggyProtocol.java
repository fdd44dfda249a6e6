package dev.aldis.mqtt.protocol.engine;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.spi.ToolProvider;

/** The protocol module once more, with one mistake in it, and the simulation on top of it. */
final class BuggyProtocol extends ClassLoader {

    private static final String PACKAGE = "dev.aldis.mqtt.protocol.";
    private static final Path SOURCES = Path.of("src/main/java/dev/aldis/mqtt/protocol");

    private final Path classes;

    private BuggyProtocol(Path classes) {
        super(BuggyProtocol.class.getClassLoader());
        this.classes = classes;
    }

    /** Compiles the module's source with the mistake. */
    static BuggyProtocol compile(DeliberateBugs.Bug bug, Path folder) throws IOException {
        Path source = folder.resolve(Path.of(bug.file()).getFileName());
        Files.writeString(source, mistaken(bug));
        Path classes = Files.createDirectories(folder.resolve("classes"));
        ToolProvider compiler = ToolProvider.findFirst("javac").orElseThrow();
        StringWriter out = new StringWriter();
        PrintWriter errors = new PrintWriter(out);
        int result = compiler.run(
                errors,
                errors,
                "-d",
                classes.toString(),
                "-proc:none",
                "-nowarn",
                "-implicit:none",
                "-classpath",
                classPath(),
                source.toString());
        if (result != 0) {
            throw new AssertionError("'" + bug + "' does not compile any more: " + out);
        }
        return new BuggyProtocol(classes);
    }

    private Method method(Class<?> type, String name, Class<?>... parameters) throws ReflectiveOperationException {
        Method method = loadClass(type.getName()).getDeclaredMethod(name, parameters);
        method.setAccessible(true);
        return method;
    }

    private static String mistaken(DeliberateBugs.Bug bug) throws IOException {
        String source = Files.readString(SOURCES.resolve(bug.file()));
        int at = source.indexOf(bug.text());
        if (at < 0 || source.indexOf(bug.text(), at + 1) >= 0) {
            throw new AssertionError("The text for '" + bug + "' stands not exactly once in " + bug.file()
                    + " any more: say in DeliberateBugs how this mistake would be made now");
        }
        return source.substring(0, at)
                + bug.instead()
                + source.substring(at + bug.text().length());
    }

    private static String classPath() {
        return String.join(
                File.pathSeparator,
                "target/classes",
                System.getProperty("jdk.module.path", ""),
                System.getProperty("java.class.path", ""));
    }

    /** Runs worlds until one of them shows that something is wrong; gives how many it took, or 0. */
    int worldsUntilFound(long firstSeed, int limit) throws ReflectiveOperationException {
        Method run = method(Simulation.class, "run", long.class);
        for (int i = 0; i < limit; i++) {
            try {
                run.invoke(null, firstSeed + i);
            } catch (InvocationTargetException e) {
                if (e.getCause() instanceof AssertionError) {
                    return i + 1;
                }
                throw e;
            }
        }
        return 0;
    }

    /** Enumerates conversations of so many messages until one of them shows that something is wrong; gives the steps it took, or 0. */
    long stepsUntilFound(int messages) throws ReflectiveOperationException {
        return (long) method(Interleavings.class, "stepsUntilWrong", int.class).invoke(null, messages);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(PACKAGE)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? define(name) : loaded;
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        String file = name.replace('.', '/') + ".class";
        Path mistaken = classes.resolve(file);
        try (InputStream input = Files.exists(mistaken)
                ? Files.newInputStream(mistaken)
                : Simulation.class.getResourceAsStream("/" + file)) {
            if (input == null) {
                throw new ClassNotFoundException(name);
            }
            byte[] bytes = input.readAllBytes();
            return defineClass(name, bytes, 0, bytes.length);
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }
}
