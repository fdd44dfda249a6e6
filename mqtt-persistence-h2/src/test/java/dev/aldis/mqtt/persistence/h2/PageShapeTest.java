package dev.aldis.mqtt.persistence.h2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.h2.mvstore.WriteBuffer;
import org.junit.jupiter.api.Test;

/** What H2 would allocate for a page, before it sees that so much is not there. */
class PageShapeTest {

    private static final int LAYOUT = 0;
    private static final int META = 1;
    private static final int RECORDS = 2;
    private static final int LEAF = 0;
    private static final int NODE = 1;
    private static final int COMPRESSED = 2;
    private static final int TOO_MUCH = Integer.MAX_VALUE;

    private static ByteBuffer page(int map, int count, int type, WriteBuffer content) {
        WriteBuffer page = new WriteBuffer();
        page.putInt(0).putShort((short) 0).putVarInt(1).putVarInt(map).putVarInt(count);
        page.put((byte) type);
        page.put(content.getBuffer().flip());
        ByteBuffer bytes = page.getBuffer();
        bytes.flip();
        return bytes.putInt(0, bytes.limit());
    }

    private static WriteBuffer texts(String... texts) {
        WriteBuffer buffer = new WriteBuffer();
        for (String text : texts) {
            buffer.putVarInt(text.length()).putStringData(text, text.length());
        }
        return buffer;
    }

    private static WriteBuffer childrenAnd(int children, WriteBuffer rest) {
        WriteBuffer buffer = new WriteBuffer();
        for (int i = 0; i < children; i++) {
            buffer.putLong(0x1800000b54eL);
        }
        for (int i = 0; i < children; i++) {
            buffer.putVarLong(1_000);
        }
        return buffer.put(rest.getBuffer().flip());
    }

    @Test
    void whatIsThereFits() {
        assertTrue(PageShape.fits(page(LAYOUT, 2, LEAF, texts("chunk.1", "root.2", "é€", "4000002e06"))));
        assertTrue(PageShape.fits(page(META, 2, LEAF, texts("", "a", "b", ""))));
        assertTrue(PageShape.fits(page(META, 1, NODE, childrenAnd(2, texts("name.records-1")))));
        assertTrue(PageShape.fits(
                page(RECORDS, 3, LEAF, new WriteBuffer().putInt(-1).putInt(-1))));
        assertTrue(PageShape.fits(page(RECORDS, 0, LEAF, new WriteBuffer())));
    }

    @Test
    void itsPlaceInTheBufferMakesNoDifferenceAndIsKept() {
        ByteBuffer page = page(LAYOUT, 1, LEAF, texts("a", "b"));
        ByteBuffer shifted = ByteBuffer.allocate(page.limit() + 20);
        shifted.position(10).put(page).position(10);
        assertTrue(PageShape.fits(shifted));
        assertEquals(10, shifted.position());
        assertEquals(shifted.capacity(), shifted.limit());
    }

    @Test
    void aCountThatCannotBeIsRefused() {
        assertFalse(PageShape.fits(page(RECORDS, TOO_MUCH, LEAF, texts("a", "b"))));
        assertFalse(PageShape.fits(page(RECORDS, -1, LEAF, texts("a", "b"))));
        assertFalse(PageShape.fits(page(RECORDS, 100, LEAF, texts("a", "b"))));
    }

    @Test
    void aTextThatIsLongerThanThePageIsRefused() {
        for (int map : new int[] {LAYOUT, META}) {
            for (int length : new int[] {TOO_MUCH, -1, 3}) {
                WriteBuffer key =
                        new WriteBuffer().putVarInt(length).put((byte) 'a').put((byte) 'b');
                assertFalse(PageShape.fits(page(map, 1, LEAF, key)), () -> "length " + length);
            }
            WriteBuffer value = texts("key").putVarInt(TOO_MUCH).putInt(0);
            assertFalse(PageShape.fits(page(map, 1, LEAF, value)));
            WriteBuffer bound = new WriteBuffer().putVarInt(TOO_MUCH).putInt(0);
            assertFalse(PageShape.fits(page(map, 1, NODE, childrenAnd(2, bound))));
        }
    }

    @Test
    void aPageThatEndsTooEarlyIsRefused() {
        assertFalse(PageShape.fits(page(LAYOUT, 2, LEAF, texts("a", "b", "c"))));
        assertFalse(PageShape.fits(page(LAYOUT, 3, NODE, childrenAnd(2, texts("a")))));
        assertFalse(PageShape.fits(page(LAYOUT, 0, LEAF, texts()).putInt(0, 4)));
    }

    /** We never compress, and what comes out could have any size. */
    @Test
    void aCompressedPageIsRefused() {
        assertFalse(PageShape.fits(page(RECORDS, 1, COMPRESSED, texts("a", "b"))));
    }

    /** H2 refuses a wrong length itself, and looks at the first bytes of a large page before it reads all of it. */
    @Test
    void aPageOfWhichThereIsABeginningOnlyIsLeftToH2() {
        ByteBuffer page = page(LAYOUT, TOO_MUCH, LEAF, texts("a", "b"));
        assertTrue(PageShape.fits(page.duplicate().limit(page.limit() - 1)));
        assertTrue(PageShape.fits(page.duplicate().putInt(0, 3)));
        assertTrue(PageShape.fits(page.duplicate().putInt(0, -1)));
    }
}
