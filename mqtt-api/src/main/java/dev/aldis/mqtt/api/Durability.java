package dev.aldis.mqtt.api;

/** What a stored message survives. An acknowledgement waits until the level asked for is reached. */
public enum Durability {
    /** Survives the end of the process at any instruction (kill -9), but not the loss of power. */
    PROCESS,
    /** Survives the loss of power: forced to the disk before it counts as stored. */
    POWER
}
