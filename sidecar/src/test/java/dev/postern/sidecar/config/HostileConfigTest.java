package dev.postern.sidecar.config;

import static dev.postern.sidecar.config.ConfigFixtures.FOLDER;
import static dev.postern.sidecar.config.ConfigFixtures.full;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No bytes make the loader throw, and bytes that are no config are never taken for one. */
final class HostileConfigTest {
  private static final int ROUNDS = 400;
  private static final byte[] YAML_MARKS =
      "\t\n\r :-?,[]{}#&*!|>'\"%@`~<=0x\\uU\u0085".getBytes(StandardCharsets.UTF_8);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void randomBytesAreRefused(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      assertThat(ConfigLoader.parse(bytes, FOLDER)).isInstanceOf(ConfigResult.Invalid.class);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {4, 5, 6})
  void randomYamlMarksAreRefused(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      byte[] bytes = new byte[random.nextInt(60)];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = YAML_MARKS[random.nextInt(YAML_MARKS.length)];
      }
      assertThat(ConfigLoader.parse(bytes, FOLDER)).isInstanceOf(ConfigResult.Invalid.class);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {7, 8, 9})
  void aDamagedConfigIsReadOrRefusedWithAReason(long seed) {
    Random random = new Random(seed);
    byte[] whole = full().getBytes(StandardCharsets.UTF_8);
    for (int round = 0; round < ROUNDS; round++) {
      byte[] bytes = damaged(whole, random);
      switch (ConfigLoader.parse(bytes, FOLDER)) {
        case ConfigResult.Valid valid -> assertThat(valid.config().secrets()).isNotEmpty();
        case ConfigResult.Invalid invalid -> assertThat(invalid.errors()).isNotEmpty();
      }
    }
  }

  private static byte[] damaged(byte[] whole, Random random) {
    byte[] bytes = whole.clone();
    for (int change = 0; change <= random.nextInt(4); change++) {
      bytes[random.nextInt(bytes.length)] = YAML_MARKS[random.nextInt(YAML_MARKS.length)];
    }
    return random.nextInt(4) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
  }
}
