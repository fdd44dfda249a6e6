package dev.aldis.mqtt.transport.netty;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Lets the tests of a class use one native part, and skips them where that cannot be used. */
final class NativeLoops implements BeforeAllCallback, AfterAllCallback {

    private final NativePart part;
    private final Class<? extends IoKind> kind;
    private @Nullable String before;

    NativeLoops(NativePart part, Class<? extends IoKind> kind) {
        this.part = part;
        this.kind = kind;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        before = System.setProperty(NativePart.PROPERTY, part.name());
        boolean linux = System.getProperty("os.name").equals("Linux")
                && System.getProperty("os.arch").equals("amd64");
        assumeTrue(linux && kind.isInstance(NativePart.chosen()), () -> "there is no native " + part + " here");
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (before == null) {
            System.clearProperty(NativePart.PROPERTY);
        } else {
            System.setProperty(NativePart.PROPERTY, before);
        }
    }
}
