package dev.aldis.mqtt.benchmarks;

import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/** Of all that Paho tells, only the messages. */
final class PahoCallback implements MqttCallback {

    private final Runnable received;

    PahoCallback(Runnable received) {
        this.received = received;
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) {
        received.run();
    }

    @Override
    public void disconnected(MqttDisconnectResponse response) {}

    @Override
    public void mqttErrorOccurred(MqttException exception) {}

    @Override
    public void deliveryComplete(IMqttToken token) {}

    @Override
    public void connectComplete(boolean reconnect, String server) {}

    @Override
    public void authPacketArrived(int reasonCode, MqttProperties properties) {}
}
