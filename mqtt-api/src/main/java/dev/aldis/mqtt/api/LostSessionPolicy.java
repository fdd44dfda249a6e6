package dev.aldis.mqtt.api;

/**
 * What happens to messages in flight when the server has forgotten the session (Session Present 0). A QoS 2 message
 * past PUBREC is complete in each case: the server had taken it.
 */
public enum LostSessionPolicy {
    /**
     * Publish them again as new messages, in the original order. Nothing is lost; a message whose acknowledgement was
     * under way when the server lost the session may arrive twice.
     */
    REPUBLISH,
    /**
     * Complete them with {@link PublicationState#UNKNOWN}: whether they arrived cannot be known. A loss goes unnoticed when
     * the server began another session with a CONNECT whose answer did not arrive; then they are sent again.
     */
    FAIL
}
