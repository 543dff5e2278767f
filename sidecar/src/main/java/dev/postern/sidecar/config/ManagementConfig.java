package dev.postern.sidecar.config;

/**
 * Where metrics and health are served.
 *
 * @param host an IP address as text, IPv6 without brackets
 * @param port 0 for any free one
 */
public record ManagementConfig(String host, int port) {
  public static final ManagementConfig DEFAULT = new ManagementConfig("127.0.0.1", 9180);
}
