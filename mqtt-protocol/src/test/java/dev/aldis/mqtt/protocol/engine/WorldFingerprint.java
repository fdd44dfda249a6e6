package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.PublishOptions;
import dev.aldis.mqtt.protocol.codec.PacketDecoder;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.BitSet;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a simulated world consists of, as two numbers of 64 bits: worlds with the same ones have the same future
 * and are judged the same. Each field of each object that can be reached is in it, but what {@link WorldFields} leaves
 * out or tells apart only as far as it is ever compared, and what {@link #visitInUse} reads in
 * its own way. What is left out wrongly would make two different worlds one; what is in it needlessly only costs time.
 *
 * <p>It is for worlds without Keep Alive, without expiry and with a wall clock that stands still. In these time passes only
 * while the client waits to connect again, and then goes to the end of that wait, however long it is: so no point of time
 * decides anything, nor does what the length of the wait is made from.
 */
final class WorldFingerprint {

    /** Made once for all worlds of an enumeration. */
    private static final Set<Class<?>> SETTINGS =
            Set.of(WorldSettings.class, EngineSettings.class, AttemptSettings.class, Residence.class);

    private static final ClassValue<Boolean> IS_VALUE = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            return !type.isArray() && type.getPackageName().startsWith("dev.aldis.mqtt.api");
        }
    };

    private static final ClassValue<Boolean> IS_OWN = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            return type.getPackageName().startsWith("dev.aldis.mqtt.protocol");
        }
    };

    /** Values of the API are the same if they say so; each that was ever met has a number. */
    private static final Map<Object, Integer> VALUES = new ConcurrentHashMap<>();

    private final IdentityHashMap<Object, Integer> met = new IdentityHashMap<>(256);
    private final long durableNumber;
    private final int connection;
    private long first = 0x9E37_79B9_7F4A_7C15L;
    private long second = 0xC2B2_AE3D_27D4_EB4FL;

    /**
     * The numbers of a world.
     *
     * @param first one of them
     * @param second the other
     */
    record Value(long first, long second) {}

    private WorldFingerprint(long durableNumber, int connection) {
        this.durableNumber = durableNumber;
        this.connection = connection;
    }

    static Value of(SimulatedWorld world) {
        int connection = ((Lifecycle) read(world.engine(), "lifecycle")).connectionNumber();
        WorldFingerprint fingerprint = new WorldFingerprint(world.store().numberDurable(), connection);
        fingerprint.visit(world);
        return new Value(fingerprint.first, fingerprint.second);
    }

    private void mix(long value) {
        first = (first ^ value) * 0xFF51_AFD7_ED55_8CCDL;
        first ^= first >>> 32;
        second = (second + value) * 0xC4CE_B9FE_1A85_EC53L;
        second ^= second >>> 29;
    }

    private void visit(@Nullable Object object) {
        if (object == null) {
            mix(1);
        } else if (object instanceof Number number) {
            mix(number.longValue());
        } else if (object instanceof Boolean flag) {
            mix(flag ? 3 : 2);
        } else if (object instanceof CharSequence text) {
            mix(number(text.toString()));
        } else if (object instanceof Enum<?> constant) {
            mix(number(constant));
        } else if (object instanceof Duration duration) {
            mix(duration.toNanos());
        } else if (object instanceof Throwable error) {
            visit(error.getClass().getName());
            visit(error.getMessage());
        } else if (IS_VALUE.get(object.getClass())) {
            visitValue(object);
        } else {
            visitObject(object);
        }
    }

    private void visitValue(Object object) {
        if (object instanceof PublishOptions options) {
            visit(options.applicationKey().orElse(null));
            visit(options.checkpoint().orElse(null));
            visit(options.timeout().orElse(null));
        } else {
            mix(number(object));
        }
    }

    private void visitObject(Object object) {
        // What cannot change is the same wherever it stands.
        Integer number = object.getClass().getName().startsWith("java.util.Immutable")
                ? null
                : met.putIfAbsent(object, met.size());
        if (number != null) {
            mix(4);
            mix(number);
            return;
        }
        if (object instanceof Map<?, ?> map) {
            mix(map.size());
            map.forEach((key, value) -> {
                visit(key);
                visit(value);
            });
        } else if (object instanceof Collection<?> elements) {
            mix(elements.size());
            elements.forEach(this::visit);
        } else if (object instanceof BitSet bits) {
            visitArray(bits.toLongArray());
        } else if (object instanceof ByteBuffer buffer) {
            visit(buffer, buffer.position(), buffer.remaining());
        } else if (object.getClass().isArray()) {
            visitArray(object);
        } else {
            visitOwn(object);
        }
    }

    private void visit(ByteBuffer buffer, int offset, int length) {
        mix(length);
        for (int i = 0; i < length; i++) {
            mix(buffer.get(offset + i));
        }
    }

    private void visitArray(Object array) {
        if (array instanceof Object[] objects) {
            visit(objects);
        } else if (array instanceof long[] numbers) {
            visit(numbers);
        } else if (array instanceof int[] numbers) {
            visit(numbers);
        } else if (array instanceof byte[] bytes) {
            visit(ByteBuffer.wrap(bytes), 0, bytes.length);
        } else {
            throw new AssertionError("What is " + array.getClass() + "?");
        }
    }

    /** Tables are large and hardly filled. */
    private void visit(@Nullable Object[] objects) {
        for (int i = 0; i < objects.length; i++) {
            if (objects[i] != null) {
                mix(i);
                visit(objects[i]);
            }
        }
        mix(-1);
    }

    private void visit(long[] numbers) {
        for (int i = 0; i < numbers.length; i++) {
            if (numbers[i] != 0) {
                mix(i);
                mix(numbers[i]);
            }
        }
        mix(-1);
    }

    private void visit(int[] numbers) {
        for (int i = 0; i < numbers.length; i++) {
            if (numbers[i] != 0) {
                mix(i);
                mix(numbers[i]);
            }
        }
        mix(-1);
    }

    private void visitOwn(Object object) {
        Class<?> type = object.getClass();
        if (SETTINGS.contains(type)) {
            mix(number(type));
        } else if (IS_OWN.get(type)) {
            // Lambdas are the same if their place in the source is, and what they hold.
            mix(number(type));
            visitFields(object);
            visitInUse(object);
        } else if (object instanceof ChangeBatch batch) {
            visit(batch);
        } else if (object instanceof StoredRecord record) {
            mix(number(record));
        } else {
            throw new AssertionError("What is " + type + "?");
        }
    }

    private static int number(Object value) {
        Integer known = VALUES.get(value);
        if (known != null) {
            return known;
        }
        synchronized (VALUES) {
            return VALUES.computeIfAbsent(value, ignored -> VALUES.size());
        }
    }

    private void visit(ChangeBatch batch) {
        mix(batch.size());
        for (int i = 0; i < batch.size(); i++) {
            mix(batch.key(i));
            if (batch.isPut(i)) {
                mix(batch.kind(i));
                visit(ByteBuffer.wrap(batch.array()), batch.offset(i), batch.lengthBytes(i));
            } else {
                mix(-1);
            }
        }
    }

    /** Of memory that is used again and again: what is in use. */
    private void visitInUse(Object object) {
        if (object instanceof StoreGate gate) {
            visit(gate.changes());
            Object[] actions = (Object[]) read(object, "actions");
            int head = (int) read(object, "head");
            for (int i = 0; i < (int) read(object, "size"); i++) {
                int index = (head + i) & (actions.length - 1);
                visit(actions[index]);
                visit(((Object[]) read(object, "subjects"))[index]);
                mixBatch(((long[]) read(object, "numbers"))[index]);
                mixConnection(((int[]) read(object, "connections"))[index]);
            }
        } else if (object instanceof SimulatedLink.Way) {
            int from = (int) read(object, "read");
            visit(ByteBuffer.wrap((byte[]) read(object, "bytes")), from, (int) read(object, "written") - from);
            int[] ends = (int[]) read(object, "ends");
            for (int i = (int) read(object, "firstEnd"); i < (int) read(object, "endCount"); i++) {
                mix(ends[i] - from);
            }
        } else if (object instanceof PacketDecoder decoder && decoder.isInsidePacket()) {
            throw new AssertionError("Only whole packets arrive here");
        }
    }

    private static Object read(Object object, String name) {
        try {
            Field field = object.getClass().getDeclaredField(name);
            field.setAccessible(true);
            return field.get(object);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    private void visitFields(Object object) {
        for (WorldFields.Slot slot : WorldFields.of(object.getClass())) {
            Field field = slot.field();
            switch (slot.meaning()) {
                case REFERENCE -> visit(valueOf(field, object));
                case NUMBER -> mix(numberOf(field, object));
                case BATCH_NUMBER -> mixBatch(numberOf(field, object));
                case CONNECTION_NUMBER -> mixConnection(numberOf(field, object));
            }
        }
    }

    private void mixBatch(long number) {
        mix(number == Long.MAX_VALUE ? number : Math.max(0, number - durableNumber));
    }

    private void mixConnection(long number) {
        mix(number == 0 ? 0 : number == connection ? 1 : 2);
    }

    private static long numberOf(Field field, Object object) {
        try {
            return field.getLong(object);
        } catch (IllegalAccessException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    private static @Nullable Object valueOf(Field field, Object object) {
        try {
            return field.get(object);
        } catch (IllegalAccessException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }
}
