package dev.aldis.mqtt.persistence.h2;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.Page;

/**
 * Visits every record of a map page by page, and goes on behind a page that cannot be read: what H2's own cursors do not.
 * Also checks that the keys are in order, without which a lookup would miss them.
 */
final class RecordWalk {

    /** Told what is found. */
    interface Visitor {

        /**
         * A record, intact or not.
         *
         * @param page the position of its page
         */
        void record(long key, byte[] bytes, long page);

        /**
         * A page that cannot be read, or whose keys are out of order.
         *
         * @param page its position, or {@link #ROOT}
         */
        void badPage(long page, String reason);
    }

    /** The position that stands for the topmost page, where that cannot be read. */
    static final long ROOT = 0;

    private final Visitor visitor;
    private final Set<Long> innerPages = new HashSet<>();
    private long nextKey = Long.MIN_VALUE;

    private RecordWalk(Visitor visitor) {
        this.visitor = visitor;
    }

    /**
     * Walks through a map.
     *
     * @param map opens it, which may fail as well
     * @param visitor is told what is found
     */
    static void walk(Supplier<MVMap<Long, byte[]>> map, Visitor visitor) {
        Page<Long, byte[]> root;
        try {
            root = map.get().getRootPage();
        } catch (RuntimeException | AssertionError e) {
            visitor.badPage(ROOT, e.toString());
            return;
        }
        new RecordWalk(visitor).visit(root, Long.MAX_VALUE);
    }

    /** Visits a page whose keys are to be below a limit, or at it if the limit is the greatest key of all. */
    private void visit(Page<Long, byte[]> page, long limit) {
        if (page.isLeaf()) {
            visitLeaf(page, limit);
        } else if (innerPages.add(page.getPos())) {
            for (int i = 0; i < page.getRawChildPageCount(); i++) {
                // A lookup of anything less turns to a page before.
                nextKey = i == 0 ? nextKey : Math.max(nextKey, page.getKey(i - 1));
                visitChild(page, i, i < page.getKeyCount() ? page.getKey(i) : limit);
            }
        } else {
            visitor.badPage(page.getPos(), "it is reached twice");
        }
    }

    private void visitChild(Page<Long, byte[]> page, int index, long limit) {
        Page<Long, byte[]> child;
        try {
            child = page.getChildPage(index);
        } catch (RuntimeException | AssertionError e) {
            visitor.badPage(page.getChildPagePos(index), e.toString());
            return;
        }
        visit(child, limit);
    }

    private void visitLeaf(Page<Long, byte[]> page, long limit) {
        boolean ordered = true;
        for (int i = 0; i < page.getKeyCount(); i++) {
            long key = page.getKey(i);
            ordered &= key >= nextKey && (key < limit || limit == Long.MAX_VALUE);
            nextKey = key == Long.MAX_VALUE ? key : key + 1;
            visitor.record(key, page.getValue(i), page.getPos());
        }
        if (!ordered) {
            visitor.badPage(page.getPos(), "its keys are out of order");
        }
    }
}
