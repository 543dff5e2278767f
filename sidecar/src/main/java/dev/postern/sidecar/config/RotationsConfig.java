package dev.postern.sidecar.config;

/**
 * What holds for all rotations together.
 *
 * @param concurrency how many of them work at a time; the others are planned and wait
 */
public record RotationsConfig(int concurrency) {
  static final RotationsConfig DEFAULT = new RotationsConfig(8);
}
