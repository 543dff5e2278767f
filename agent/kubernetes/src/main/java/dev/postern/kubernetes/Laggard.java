package dev.postern.kubernetes;

/**
 * Why an agent cannot be counted among those that hold a version.
 *
 * @param why for people: a version, or a consumer
 */
public record Laggard(String pod, String why) {}
