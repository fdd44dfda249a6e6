package dev.aldis.mqtt.protocol.engine;

import java.util.List;

/** Mistakes that an implementer could make, as changes of our own sources. */
@SuppressWarnings("StringConcatToTextBlock") // What is searched for stands here line by line.
final class DeliberateBugs {

    /**
     * One mistake.
     *
     * @param name what is wrong then
     * @param file the source, below the package of the protocol module
     * @param text what stands there exactly once
     * @param instead what the mistaken implementer wrote
     */
    record Bug(String name, String file, String text, String instead) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final String OUTBOUND = "engine/OutboundFlow.java";
    private static final String INBOUND = "engine/InboundFlow.java";
    private static final String GATE = "engine/StoreGate.java";
    private static final String ACTIONS = "engine/GateActions.java";
    private static final String QUEUE = "engine/PublishQueue.java";
    private static final String JOURNAL = "engine/Journal.java";
    private static final String AGE = "engine/QueueAge.java";
    private static final String KEEP_ALIVE = "engine/KeepAlive.java";

    private DeliberateBugs() {}

    static final List<Bug> ALL = List.of(
            // --- the store's word
            new Bug(
                    "PUBREC leaves before the message is stored",
                    INBOUND,
                    "journal.putInbound(message);\n        answer(message, connection);",
                    "answer(message, connection);\n        journal.putInbound(message);"),
            new Bug(
                    "a QoS 2 message is handed over before it is stored",
                    INBOUND,
                    "gate.afterChanges(Action.DELIVER, message, 0);",
                    "deliverable.addLast(message);"),
            new Bug(
                    "PUBREL leaves before PUBREC is stored",
                    OUTBOUND,
                    "journal.putReleased(message);\n"
                            + "        gate.afterChanges(Action.SEND_PUBREL, message, connection.number);",
                    "gate.afterChanges(Action.SEND_PUBREL, message, connection.number);\n"
                            + "        journal.putReleased(message);"),
            new Bug(
                    "PUBCOMP leaves before the identifier is forgotten",
                    INBOUND,
                    "        journal.removeInbound(message);\n        if (message.connection",
                    "        gate.afterChanges(Action.SEND_PUBCOMP, message, connection.number);\n"
                            + "        journal.removeInbound(message);\n"
                            + "        if (message.connection"),
            new Bug(
                    "the gate opens one batch too early",
                    GATE,
                    "numbers[head] <= durableNumber",
                    "numbers[head] <= durableNumber + 1"),
            new Bug(
                    "a message is called complete before the store has forgotten it",
                    OUTBOUND,
                    "journal.removeOutbound(message);\n        tellEnd(message);\n    }\n\n    /** Tells",
                    "tellEnd(message);\n        journal.removeOutbound(message);\n    }\n\n    /** Tells"),
            new Bug(
                    "a cancelled message comes back after a crash",
                    QUEUE,
                    "        journal.removeOutbound(message);\n        if (recorded) {",
                    "        journal.removeOutbound(message);\n        if (recorded && message.sequence < 0) {"),
            new Bug(
                    "what a failing store did not take is forgotten",
                    GATE,
                    "            copy(batch.changes, merged.changes, givenUp);\n",
                    ""),
            new Bug(
                    "what was handed to a failing store behind what it did not take is forgotten",
                    GATE,
                    "            copy(batch.changes, merged.changes, givenUp);\n",
                    "            if (batch == failed) {\n                copy(batch.changes, merged.changes, givenUp);\n            }\n"),
            new Bug(
                    "a failing store is given more before it has answered for all that it did not take",
                    GATE,
                    "\n                && (oldest == null || !oldest.takenBack)",
                    ""),
            new Bug(
                    "the end of a message is told twice",
                    OUTBOUND,
                    "journal.removeOutbound(message);\n        tellEnd(message);\n    }\n\n    /** Tells",
                    "journal.removeOutbound(message);\n        tellEnd(message);\n        tellEnd(message);\n    }\n\n    /** Tells"),
            new Bug(
                    "the store keeps what is complete",
                    OUTBOUND,
                    "journal.removeOutbound(message);\n        tellEnd(message);\n    }\n\n    /** Tells",
                    "tellEnd(message);\n    }\n\n    /** Tells"),
            new Bug(
                    "an older checkpoint is written over a newer one",
                    JOURNAL,
                    "        if (first) {\n            // Never again",
                    "        if (message.recorded) {\n            // Never again"),
            // --- Packet Identifiers, order and windows
            new Bug(
                    "an identifier is free for others at PUBREC",
                    OUTBOUND,
                    "            release(message, connection);\n        }\n    }\n\n    private void answerUnknown",
                    "            release(message, connection);\n"
                            + "            session.identifiers.free(packetIdentifier);\n"
                            + "        }\n"
                            + "    }\n\n"
                            + "    private void answerUnknown"),
            new Bug(
                    "a message that is sent again has no DUP flag",
                    ACTIONS,
                    "boolean duplicate = message.sentBefore;",
                    "boolean duplicate = false;"),
            new Bug(
                    "messages come back from the store in the wrong order",
                    "engine/SessionRestore.java",
                    "inFlight.sort(Comparator.comparingLong(message -> message.sequence));",
                    "inFlight.sort(Comparator.comparingLong(message -> -message.sequence));"),
            new Bug(
                    "messages of a lost session are sent again in the wrong order",
                    OUTBOUND,
                    "for (int i = again.size() - 1; i >= 0; i--) {",
                    "for (int i = 0; i < again.size(); i++) {"),
            new Bug(
                    "PUBREL is sent again in the wrong order",
                    OUTBOUND,
                    "released.sort(Comparator.comparingLong(message -> message.releaseOrder));",
                    "released.sort(Comparator.comparingLong(message -> -message.releaseOrder));"),
            new Bug(
                    "PUBREL is not sent again",
                    OUTBOUND,
                    "for (OutboundMessage message : released) {",
                    "for (OutboundMessage message : new ArrayList<OutboundMessage>()) {"),
            new Bug(
                    "an error PUBREC does not give its place in the window back",
                    OUTBOUND,
                    "        if (result.isError()) {\n            complete(",
                    "        if (result.isError()) {\n            message.quotaConnection = 0;\n            complete("),
            new Bug(
                    "the server's Receive Maximum is not kept",
                    OUTBOUND,
                    "                && connection.sendQuota > 0\n                && session.inFlight.size()",
                    "                && session.inFlight.size()"),
            new Bug(
                    "PUBCOMP of an earlier connection's message widens the window",
                    "engine/ConnectionState.java",
                    "if (message.quotaConnection == number) {",
                    "if (message.quotaConnection <= number) {"),
            new Bug(
                    "the window is not measured anew on each connection",
                    OUTBOUND,
                    "while (message != null && connection.sendQuota > 0) {",
                    "while (message != null) {"),
            new Bug(
                    "what was released for an earlier connection leaves on the next",
                    ACTIONS,
                    "isOpen() && connectionNumber == lifecycle.connectionNumber()) {\n                    send(",
                    "isOpen()) {\n                    send("),
            new Bug(
                    "packets follow DISCONNECT",
                    ACTIONS,
                    "return lifecycle.phase() == ConnectionPhase.OPEN;",
                    "return lifecycle.phase() == ConnectionPhase.OPEN || lifecycle.phase() =="
                            + " ConnectionPhase.CLOSING;"),
            // --- from the server
            new Bug(
                    "identifiers from the server are forgotten on reconnect",
                    "engine/Engine.java",
                    "        connection = null;\n        packets.clear();",
                    "        connection = null;\n        inbound.loseSession();\n        packets.clear();"),
            new Bug(
                    "QoS 1 is acknowledged before the application has accepted",
                    INBOUND,
                    "while (message != null && message.isDecided()) {\n            connection.unacknowledged",
                    "while (message != null) {\n            connection.unacknowledged"),
            new Bug(
                    "PUBLISH with DUP is handed over again",
                    INBOUND,
                    "        if (known != null) {\n            if (known.connection",
                    "        if (known != null && !packet.duplicate()) {\n            if (known.connection"),
            new Bug(
                    "acceptance is not stored",
                    INBOUND,
                    "            journal.putAccepted(message);",
                    "            message.accepted = true;"),
            new Bug(
                    "PUBCOMP leaves before the application has accepted",
                    INBOUND,
                    "        if (message.isDecided()) {\n            finish(",
                    "        if (message.releasedOn != 0) {\n            finish("),
            new Bug(
                    "delivery identifiers begin anew after a restart",
                    JOURNAL,
                    "        nextDelivery = reserved;",
                    "        nextDelivery = 1;"),
            new Bug(
                    "an identifier of a lost session swallows a new message",
                    INBOUND,
                    "        pending().forEach(this::forget);",
                    ""),
            new Bug(
                    "in doubt about the session another message is taken for a duplicate",
                    INBOUND,
                    "return (known.suspect && !packet.duplicate())\n                || ",
                    "return known.suspect && "),
            new Bug(
                    "a message of QoS 0 is handed over twice",
                    INBOUND,
                    "case AT_MOST_ONCE -> deliverable.addLast(received(packet, epochMillis));",
                    "case AT_MOST_ONCE -> deliverable.addAll(java.util.Collections.nCopies(2, received(packet, epochMillis)));"),
            new Bug(
                    "messages of QoS 0 overtake each other on their way to the application",
                    INBOUND,
                    "case AT_MOST_ONCE -> deliverable.addLast(received(packet, epochMillis));",
                    "case AT_MOST_ONCE -> deliverable.addFirst(received(packet, epochMillis));"),
            new Bug(
                    "messages of QoS 0 overtake each other on their way to the server",
                    QUEUE,
                    "session.fastLane.addLast(message);",
                    "session.fastLane.addFirst(message);"),
            // --- connection and requests
            new Bug(
                    "the client is silent for longer than Keep Alive",
                    KEEP_ALIVE,
                    "intervalSeconds * SECOND / 10 * 9",
                    "intervalSeconds * SECOND / 10 * 12"),
            new Bug(
                    "a silent server is not noticed",
                    KEEP_ALIVE,
                    "if (awaitingAnswer && !suspended && nowNanos",
                    "if (awaitingAnswer && suspended && nowNanos"),
            new Bug(
                    "nobody subscribes again after a lost session",
                    "engine/Handshake.java",
                    "        if (doubt || !kept) {",
                    "        if (doubt && !kept) {"),
            new Bug(
                    "an open SUBSCRIBE is never answered when the connection ends",
                    "engine/Engine.java",
                    "        subscriptions.handleConnectionEnd(reason);\n",
                    ""),
            new Bug(
                    "who awaits the end of a message of QoS 0 is forgotten when the client closes",
                    "engine/OpenMessages.java",
                    "        addAll(session.fastLane, untold);\n",
                    ""),
            new Bug(
                    "the queue has no limit",
                    "engine/Admission.java",
                    "return session.outboundSize() < limits.maximumQueuedMessages()",
                    "return session.outboundSize() < Integer.MAX_VALUE"),
            new Bug(
                    "a connection is not tried again after a refusal",
                    "engine/AttemptPlan.java",
                    "case UNSUPPORTED_PROTOCOL_VERSION,",
                    "case SERVER_UNAVAILABLE, UNSUPPORTED_PROTOCOL_VERSION,"),
            // --- time and bounds
            new Bug(
                    "messages never expire",
                    AGE,
                    "return nowMillis >= expiresAtMillis(message);",
                    "return nowMillis < 0 && nowMillis >= expiresAtMillis(message);"),
            new Bug(
                    "a message expires before its time",
                    AGE,
                    "expirySeconds.getAsLong() * 1_000)",
                    "expirySeconds.getAsLong() * 900)"),
            new Bug(
                    "a long queue stays in memory",
                    "engine/QueuePaging.java",
                    "if (message.sequence < session.horizon || message.operation() != null",
                    "if (message.sequence > 0 || message.operation() != null"),
            new Bug(
                    "the server may send more than the client's Receive Maximum",
                    INBOUND,
                    "connection.receiving > receiveMaximum) {",
                    "connection.receiving > 65_535) {"),
            new Bug(
                    "what is acknowledged still counts against the client's Receive Maximum",
                    INBOUND,
                    "connection.unacknowledged.removeFirst();\n            connection.receiving--;",
                    "connection.unacknowledged.removeFirst();"),
            // --- the codec
            new Bug(
                    "a packet that comes in pieces is put together wrongly",
                    "codec/PacketDecoder.java",
                    "pieces.position(size + length);",
                    "pieces.position(length);"),
            new Bug(
                    "the DUP flag is not written",
                    "codec/PublishWriter.java",
                    "(duplicate ? DUPLICATE : 0) | message",
                    "(duplicate && message.retain() ? DUPLICATE : 0) | message"));
}
