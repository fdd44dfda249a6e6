package dev.aldis.mqtt.protocol.engine;

/**
 * Where the engine stands with its connection.
 *
 * <pre>
 * IDLE ── connect ──▶ OPENING ── transport is there ──▶ AWAITING_CONNACK ── CONNACK ──▶ OPEN
 *   ▲                    ▲  │                                 │                          │
 *   │                    │  └──────────── failed, lost ───────┴──────────────────────────┤
 *   │                    └── delay over ── BACKING_OFF ◀──── to be made again ───────────┤
 *   └──────────────────────────── not to be made again, disconnect ◀─────────────────────┘
 * OPENING, AWAITING_CONNACK, OPEN ── disconnect, violation, time-out ──▶ CLOSING ── transport has closed ──▶ as lost
 * </pre>
 */
enum ConnectionPhase {
    IDLE,
    BACKING_OFF,
    OPENING,
    AWAITING_CONNACK,
    OPEN,
    CLOSING
}
