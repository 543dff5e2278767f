package dev.postern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ProcessSecretMemoryTest {
  /** What an agent's system property may name. */
  public static final class Named extends Forwarding {
    public Named() {}
  }

  abstract static class Forwarding implements SecretMemory {
    private final SecretMemory memory = new ProcessSecretMemory.DirectMemory();

    @Override
    public Block allocate(int size) {
      return memory.allocate(size);
    }

    @Override
    public String protection() {
      return memory.protection();
    }

    @Override
    public boolean locked() {
      return memory.locked();
    }
  }

  @Test
  void memoryThatIsNamedIsTaken() {
    assertThat(ProcessSecretMemory.named(Named.class.getName()).orElseThrow())
        .isInstanceOf(Named.class);
    assertThat(ProcessSecretMemory.named(null)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"no.such.Memory", "java.lang.String"})
  void nameOfNoMemoryIsRefusedAndSaid(String name) {
    assertThatIllegalStateException()
        .isThrownBy(() -> ProcessSecretMemory.named(name))
        .withMessageContaining("dev.postern.SecretMemory")
        .withMessageContaining("correct or remove it");
  }
}
