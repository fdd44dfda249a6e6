package dev.aldis.mqtt.persistence.h2;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.h2.mvstore.DataUtils;

/**
 * Looks at the bytes of a page before H2 does. H2 allocates what the counts and lengths in a page ask for, before it sees
 * that so much is not there; when one of them is damaged, that may be more memory than there is.
 */
final class PageShape {

    /** The numbers of H2's own two maps, whose keys and values are texts. */
    private static final int LAYOUT = 0;

    static final int META = 1;

    private static final int SHORTEST_PAGE_BYTES = 4;
    private static final int NODE = 1;
    private static final int COMPRESSED = 2;

    private PageShape() {}

    /**
     * Whether nothing in the page asks for more than is there. What H2 refuses by itself, before it allocates anything, is
     * left to it.
     */
    static boolean fits(ByteBuffer bytes) {
        ByteBuffer page = bytes.duplicate();
        try {
            int lengthBytes = page.getInt(page.position());
            if (lengthBytes < SHORTEST_PAGE_BYTES || lengthBytes > page.remaining()) {
                return true;
            }
            page.limit(page.position() + lengthBytes);
            page.position(page.position() + Integer.BYTES + Short.BYTES);
            DataUtils.readVarInt(page); // Its number in the chunk.
            int map = DataUtils.readVarInt(page);
            int count = DataUtils.readVarInt(page);
            int type = page.get();
            if (count < 0 || count > lengthBytes || (type & COMPRESSED) != 0) {
                return false;
            }
            return (map != LAYOUT && map != META) || textsFit(page, count, (type & NODE) != 0);
        } catch (BufferUnderflowException | IndexOutOfBoundsException | IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean textsFit(ByteBuffer page, int count, boolean node) {
        if (node) {
            page.position(page.position() + (count + 1) * Long.BYTES);
            for (int i = 0; i <= count; i++) {
                DataUtils.readVarLong(page);
            }
        }
        for (int i = 0; i < (node ? count : 2 * count); i++) {
            int characters = DataUtils.readVarInt(page);
            if (characters < 0 || characters > page.remaining()) {
                return false;
            }
            DataUtils.readString(page, characters);
        }
        return true;
    }
}
